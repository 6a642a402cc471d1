// SPDX-License-Identifier: Apache-2.0

import FeatureSnapshots
import Foundation
import YAMLDecoding

/// What a source file says: where a history is and how features come from it.
struct SnapshotSourceFile {
    /// Files to read, absolute; the first that exists is the input.
    var inputPaths: [String]
    var format: InputFormat?
    /// ISO 4217.
    var currency: String
    /// Where times without an offset were written.
    var timeZone: TimeZone
    var columns: ColumnNames
    var rules: HistoryRules
    var features: FeatureRules

    /// Reads a source file.
    ///
    /// - Throws: `DiagnosticReport` with every mistake and its place.
    static func read(
        _ path: String,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(DiagnosticReport) -> SnapshotSourceFile {
        let context = DecodingContext(file: try YAMLFile(path: path), environment: environment)
        let source = context.decode(.object(SourceDecoder.source))
        guard let source else { throw DiagnosticReport(context.log.diagnostics) }
        return source
    }

    var history: HistoryReader.Format {
        HistoryReader.Format(
            rules: rules,
            currencyDigits: Currency.digits(of: currency) ?? 2,
            timeZone: timeZone
        )
    }
}
