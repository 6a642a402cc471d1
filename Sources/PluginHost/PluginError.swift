// SPDX-License-Identifier: Apache-2.0

/// Why a plugin, a handler or a model was refused.
package struct PluginError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, for callers that branch on it.
    package enum Code: String, Hashable, Sendable, Codable {
        case missingFile, unreadableFile, notRegularFile, fileTooLarge
        case notELF, wrongClass, wrongByteOrder, wrongType, wrongMachine, damagedELF
        case noNote, truncatedNote, invalidNote, wrongABI
        case missingEntryPoint, unresolvedSymbol, hashMismatch
        case loaderRefused, registrationFailed, invalidHandler, missingCapability
        case loadFailed, describeFailed, bindFailed, warmUpFailed, illegalOrder
        case workerFailed
    }

    /// What went wrong, for callers that branch on it.
    package let code: Code
    /// The file, handler or model it went wrong with.
    package let subject: String
    /// What was expected and what was found, in one line.
    package let message: String

    /// An error about `subject`.
    package init(_ code: Code, _ subject: String, _ message: String) {
        self.code = code
        self.subject = subject
        self.message = message
    }

    /// The subject and the message, in one line.
    package var description: String { "\(subject): \(message)" }
}
