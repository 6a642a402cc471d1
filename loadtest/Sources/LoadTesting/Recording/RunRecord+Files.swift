// SPDX-License-Identifier: Apache-2.0
import Foundation

extension RunRecord {
    /// The histograms' file in a run's folder.
    package static let logName = "run.hlog"
    /// The description's file in a run's folder.
    package static let descriptionName = "run.json"

    /// Reads a run's folder.
    ///
    /// - Throws: `RecordError` naming the file and what is wrong with it.
    package static func load(_ folder: String) throws(RecordError) -> RunRecord {
        let description = try description(folder + "/" + descriptionName)
        let path = folder + "/" + logName
        let (series, intervals) = try IntervalLog.read(
            String(decoding: try bytes(path), as: UTF8.self),
            file: path
        )
        return RunRecord(description, series: series, intervals: intervals)
    }

    /// Writes a run's folder; makes it when it is not there.
    ///
    /// - Throws: `RecordError.file`.
    package func save(_ folder: String) throws(RecordError) {
        try Self.write(IntervalLog.text(self), to: folder + "/" + Self.logName)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        do {
            let text = String(decoding: try encoder.encode(description), as: UTF8.self)
            try Self.write(text + "\n", to: folder + "/" + Self.descriptionName)
        } catch let error as RecordError {
            throw error
        } catch {
            throw .file(path: folder, reason: "\(error)")
        }
    }

    /// Writes a text file, and the folder it is to be in.
    static func write(_ text: String, to path: String) throws(RecordError) {
        do {
            let url = URL(filePath: path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: url, options: .atomic)
        } catch {
            throw .file(path: path, reason: error.localizedDescription)
        }
    }

    private static func bytes(_ path: String) throws(RecordError) -> Data {
        do {
            return try Data(contentsOf: URL(filePath: path))
        } catch {
            throw .file(path: path, reason: error.localizedDescription)
        }
    }

    private static func description(_ path: String) throws(RecordError) -> RunDescription {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let data = try bytes(path)
        guard let description = try? decoder.decode(RunDescription.self, from: data) else {
            throw .file(path: path, reason: "it is not the description of a run")
        }
        guard description.format == RunDescription.formatVersion else {
            throw .file(path: path, reason: "format \(description.format) is of another version")
        }
        return description
    }
}
