// SPDX-License-Identifier: Apache-2.0

/// Why a recorded run cannot be read or written.
package enum RecordError: Error, Equatable, CustomStringConvertible {
    /// A histogram's bytes are not what they say.
    case damaged
    /// A histogram of another resolution, range or precision than this tool records.
    case foreignLayout
    /// A line of the interval log that is none.
    case badLine(file: String, line: Int, reason: String)
    /// A file that cannot be read or written.
    case file(path: String, reason: String)
    /// Records that are not of one load.
    case different(String)

    /// What is wrong, in one line.
    package var description: String {
        switch self {
        case .damaged: "the histogram is damaged"
        case .foreignLayout: "the histogram has another resolution than this tool records"
        case .badLine(let file, let line, let reason): "\(file):\(line): \(reason)"
        case .file(let path, let reason): "\(path): \(reason)"
        case .different(let reason): "the runs are not parts of one: \(reason)"
        }
    }
}
