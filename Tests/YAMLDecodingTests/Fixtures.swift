// SPDX-License-Identifier: Apache-2.0

import YAMLDecoding

/// Decodes text and renders what is wrong with it; empty when nothing is.
func problems<Value>(
    _ yaml: String,
    _ decoder: ValueDecoder<Value>,
    environment: [String: String] = [:]
) -> String {
    switch decode(yaml, decoder, environment: environment) {
    case .success: ""
    case .failure(let report): report.description
    }
}

/// Decodes text; the report has every problem.
func decode<Value>(
    _ yaml: String,
    _ decoder: ValueDecoder<Value>,
    environment: [String: String] = [:]
) -> Result<Value, DiagnosticReport> {
    Result { () throws(DiagnosticReport) in
        let file = try YAMLFile(name: "test.yaml", folder: "/etc/sluice", bytes: Array(yaml.utf8))
        let context = DecodingContext(file: file, environment: environment)
        guard let value = context.decode(decoder) else {
            throw DiagnosticReport(context.log.diagnostics)
        }
        return value
    }
}

/// Decodes `value: …`.
func decodeValue<Value>(
    _ text: String,
    _ decoder: ValueDecoder<Value>,
    environment: [String: String] = [:]
) -> Result<Value, DiagnosticReport> {
    decode("value: \(text)", .object { $0.required("value", decoder) }, environment: environment)
}

enum Level: String, CaseIterable { case debug, info, warning, error }

struct Server: Equatable {
    var host: String
    var port = 8080
    var level = Level.info
    var tags: [String] = []

    init?(_ object: ObjectDecoder) {
        let host = object.required("host", .string)
        object.read("port", .integer(in: 1...65535), into: &port)
        object.read("level", .choice(), into: &level)
        object.read("tags", .array(of: .string), into: &tags)
        guard let host else { return nil }
        self.host = host
    }
}
