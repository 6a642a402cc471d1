// SPDX-License-Identifier: Apache-2.0

/// Private-use characters that stand for others during a parse; `SourceText` lets none in.
struct Disguise {
    static let asterisk: Unicode.Scalar = "\u{10FFFD}"
    private static let base: UInt32 = 0x10_0000
    private var originals: [Unicode.Scalar] = []

    /// A new character for `scalar`; nil when `YAMLLimits.duplicateKeys` are used up.
    mutating func hide(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        guard originals.count < YAMLLimits.duplicateKeys else { return nil }
        originals.append(reveal(scalar))
        return Unicode.Scalar(Self.base + UInt32(originals.count) - 1)
    }

    /// The text as it stands in the file.
    func reveal(_ text: String) -> String { Self.string(text.unicodeScalars.map(reveal)) }

    static func string(_ scalars: [Unicode.Scalar]) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    private func reveal(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard scalar.value >= Self.base else { return scalar }
        if scalar == Self.asterisk { return "*" }
        return originals[safe: Int(scalar.value - Self.base)] ?? scalar
    }
}
