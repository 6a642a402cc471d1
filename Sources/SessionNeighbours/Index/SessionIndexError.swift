// SPDX-License-Identifier: Apache-2.0

/// Why an index or a click log cannot be used: the file or part at fault and what was expected.
package struct SessionIndexError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file at fault, with its line where there is one; empty for an index in memory.
    package let place: String
    /// One line, lower case, that says what is wrong and what was expected.
    package let message: String

    /// An error about an index in memory.
    init(_ message: String) { self.init(place: "", message) }

    /// An error at a place.
    package init(place: String, _ message: String) {
        self.place = place
        self.message = message
    }

    /// `place: message`.
    package var description: String { place.isEmpty ? message : "\(place): \(message)" }

    /// The same error, said of a file.
    func at(_ place: String) -> SessionIndexError { SessionIndexError(place: place, message) }
}
