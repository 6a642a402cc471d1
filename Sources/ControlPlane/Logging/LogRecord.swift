// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import Logging

/// One log event with its metadata flattened, ready to be formatted.
struct LogRecord {
    struct Field: Equatable {
        let name: String
        let value: String
    }

    let time: Timestamp
    let level: Logger.Level
    let label: String
    let message: String
    /// By name, each name once.
    let fields: [Field]

    init(time: Timestamp, label: String, event: LogEvent, metadata: Logger.Metadata) {
        self.time = time
        self.level = event.level
        self.label = label
        self.message = event.message.description
        var metadata = metadata
        if let error = event.error { metadata["error"] = "\(error)" }
        self.fields = Self.flatten(metadata)
    }

    /// Nested names joined by dots: `["a": ["b": "1"]]` is `a.b=1`.
    private static func flatten(_ metadata: Logger.Metadata) -> [Field] {
        var values: [String: String] = [:]
        for (name, value) in metadata { flatten(value, named: name, into: &values) }
        return values.sorted { $0.key < $1.key }.map { Field(name: $0.key, value: $0.value) }
    }

    private static func flatten(
        _ value: Logger.MetadataValue,
        named name: String,
        into values: inout [String: String]
    ) {
        switch value {
        case .string(let text): values[name] = text
        case .stringConvertible(let convertible): values[name] = convertible.description
        case .dictionary(let dictionary):
            for (key, value) in dictionary {
                flatten(value, named: name + "." + key, into: &values)
            }
        case .array(let array):
            for (index, value) in array.enumerated() {
                flatten(value, named: "\(name).\(index)", into: &values)
            }
        }
    }
}
