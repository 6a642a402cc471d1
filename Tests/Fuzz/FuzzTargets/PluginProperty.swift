// SPDX-License-Identifier: Apache-2.0
import Digests
import Foundation
import PluginHost

/// A shared object is inspected without a read outside it, and what is told of it can be printed.
package struct PluginProperty: FuzzProperty {
    /// A reader of a shared object: its report, nil when it is refused.
    package typealias Inspector = (UnsafeRawBufferPointer) throws -> PluginInspection

    private let inspect: Inspector

    /// The property of our inspection.
    package init() {
        inspect = { bytes in
            let digest = SHA256Digest(of: bytes)
            return try PluginInspection(bytes: bytes, digest: digest, path: "fuzz.so")
        }
    }

    /// The property of any inspection.
    package init(inspect: @escaping Inspector) { self.inspect = inspect }

    /// Inspects the bytes in a buffer of exactly their size.
    ///
    /// - Throws: `PropertyViolation`.
    package func check(_ input: [UInt8]) throws {
        var violation: PropertyViolation?
        withExactCopy(of: input[...]) { bytes in
            do {
                try checkReport(try inspect(bytes))
            } catch let error as PluginError {
                violation = Self.violation(in: error.description)
            } catch {
                violation = error as? PropertyViolation
            }
        }
        if let violation { throw violation }
    }

    private func checkReport(_ inspection: PluginInspection) throws {
        let report = inspection.description
        if let violation = Self.violation(in: report) { throw violation }
        let decoded = try JSONDecoder().decode(
            PluginInspection.self,
            from: JSONEncoder().encode(inspection)
        )
        try PropertyViolation.unless(decoded == inspection, "as JSON it is another: \(report)")
        do throws(PluginError) { try inspection.requireLoadable() } catch {
            if let violation = Self.violation(in: error.description) { throw violation }
        }
    }

    /// Names in a file may be hostile: nothing a terminal acts on is printed.
    private static func violation(in text: String) -> PropertyViolation? {
        let isPrintable = text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: scalar == "\n"
            default: true
            }
        }
        if isPrintable { return nil }
        return PropertyViolation(description: "not printable: \(text.debugDescription)")
    }
}
