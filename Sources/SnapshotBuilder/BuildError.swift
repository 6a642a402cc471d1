// SPDX-License-Identifier: Apache-2.0

/// Why a snapshot could not be built: the file, the place in it and what was expected.
package struct BuildError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file at fault, as it was named.
    package let file: String
    /// The line at fault, counted from 1; nil when the whole file is.
    package let line: Int?
    /// One line, lower case, that says what is wrong and what was expected.
    package let message: String

    init(file: String, line: Int? = nil, _ message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    /// `file:line: message`.
    package var description: String {
        let place = line.map { "\(file):\($0)" } ?? file
        return "\(place): \(message)"
    }
}
