// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The input a source file names, readable any number of times.
struct InputFile {
    let path: String
    private let format: InputFormat
    private let columns: ColumnNames

    /// Chooses the first of the source's paths that exists.
    init(_ source: SnapshotSourceFile) throws(BuildError) {
        let found = source.inputPaths.first { FileManager.default.fileExists(atPath: $0) }
        guard let path = found ?? source.inputPaths.first else {
            throw BuildError(file: "input", "the source names no paths")
        }
        guard found != nil else { throw Self.missing(source.inputPaths) }
        guard let format = source.format ?? InputFormat.named(path) else {
            throw BuildError(
                file: path,
                "expected a name that ends in .csv, .jsonl or .ndjson, or `format`"
            )
        }
        self.path = path
        self.format = format
        columns = source.columns
    }

    /// Reads the whole input once.
    func read(
        _ phase: BuildProgress.Phase,
        _ history: inout HistoryReader,
        into visitor: inout some HistoryVisitor,
        _ progress: (BuildProgress) -> Void
    ) throws -> HistoryTally {
        let stream = ReadAhead(try ByteStream(path: path))
        func report(_ rows: Int) {
            progress(
                BuildProgress(
                    phase: phase,
                    bytesRead: stream.bytesRead,
                    bytesTotal: stream.size,
                    rows: rows
                )
            )
        }
        switch format {
        case .csv:
            var records = try CSVReader(stream, columns: columns)
            try history.read(&records, into: &visitor, progress: report)
        case .jsonl:
            var records = JSONLinesReader(stream, columns: columns)
            try history.read(&records, into: &visitor, progress: report)
        }
        report(history.tally.rows)
        return history.tally
    }

    private static func missing(_ paths: [String]) -> BuildError {
        guard paths.count > 1 else { return BuildError(file: paths[0], "no such file") }
        return BuildError(
            file: paths[0],
            "no such file, nor " + paths.dropFirst().joined(separator: ", ")
        )
    }
}
