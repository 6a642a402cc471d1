// SPDX-License-Identifier: Apache-2.0
import Foundation

extension JSONTree {
    /// Foundation goes through a decimal and may miss the last bits.
    private static let numberTolerance = 1e-12

    /// Whether a number exceeds a double, which RFC 8259 allows and Foundation does not.
    package var hasHugeNumber: Bool {
        switch self {
        case .number(let digits): Double(digits)?.isFinite != true
        case .array(let elements): elements.contains(where: \.hasHugeNumber)
        case .object(let members): members.values.contains(where: \.hasHugeNumber)
        default: false
        }
    }

    /// Every string that is a value.
    package var texts: [[UInt8]] {
        switch self {
        case .string(let text): [text]
        case .array(let elements): elements.flatMap(\.texts)
        case .object(let members): members.values.flatMap(\.texts)
        default: []
        }
    }

    /// Whether Foundation read the same.
    package func isSame(as theirs: Any) -> Bool {
        switch self {
        case .null: return theirs is NSNull
        case .boolean(let value): return (theirs as? Bool) == value
        case .number(let digits): return Self.isSame(digits, theirs)
        case .string(let text): return (theirs as? String).map { Array($0.utf8) } == text
        case .array(let elements):
            guard let theirs = theirs as? [Any], theirs.count == elements.count else {
                return false
            }
            return zip(elements, theirs).allSatisfy { $0.isSame(as: $1) }
        case .object(let members):
            guard let theirs = theirs as? [String: Any], theirs.count == members.count else {
                return false
            }
            return members.allSatisfy { key, value in
                theirs[key].map(value.isSame(as:)) ?? false
            }
        }
    }

    private static func isSame(_ digits: String, _ theirs: Any) -> Bool {
        guard let theirs = theirs as? NSNumber, let ours = Double(digits) else { return false }
        return abs(theirs.doubleValue - ours) <= abs(ours) * numberTolerance
    }
}
