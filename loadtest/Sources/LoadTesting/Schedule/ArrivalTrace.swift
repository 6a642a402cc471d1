// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Recorded arrival times, to be replayed.
package struct ArrivalTrace: Hashable, Sendable, Encodable {
    /// The largest trace file: its lines take a tenth of the memory that the run may use.
    package static let bytesMaximum = 512 << 20

    /// Nanoseconds from the start of the phase, ascending.
    package let offsetsNanoseconds: [UInt64]
    /// Length of the trace, in seconds.
    package let durationSeconds: Double

    /// A trace from seconds in ascending order, replayed so many times faster.
    package init(seconds: [Double], speed: Double = 1, durationSeconds: Double? = nil) {
        let length = durationSeconds ?? (seconds.last ?? 0) / speed
        let offsets = seconds.map { $0 / speed }
        offsetsNanoseconds = offsets.prefix { $0 <= length }.map { UInt64($0 * 1e9) }
        self.durationSeconds = length
    }

    /// Reads a file of one offset in seconds a line; blank lines and those with `#` are comments.
    ///
    /// - Throws: `LoadTestError` that names the line which is no offset or goes back in time.
    package static func seconds(inFile path: String) throws -> [Double] {
        guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        else { throw LoadTestError.badTrace(path, line: 0, "cannot be read") }
        guard size <= bytesMaximum else {
            throw LoadTestError.badTrace(path, line: 0, "is larger than \(bytesMaximum >> 20) MiB")
        }
        let text = try String(contentsOfFile: path, encoding: .utf8)
        var seconds: [Double] = []
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let field = line.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
            if field.isEmpty { continue }
            guard let value = Double(field), value.isFinite, value >= seconds.last ?? 0 else {
                let expected = "must be seconds, not before those of the line above"
                throw LoadTestError.badTrace(path, line: index + 1, expected)
            }
            seconds.append(value)
        }
        return seconds
    }

    private enum CodingKeys: String, CodingKey { case arrivals, durationSeconds }

    /// Writes how many arrivals it has, not each of them.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(offsetsNanoseconds.count, forKey: .arrivals)
        try container.encode(durationSeconds, forKey: .durationSeconds)
    }
}
