// SPDX-License-Identifier: Apache-2.0
import Digests

/// What became of a `Sluice-Force-Version` field.
package enum ForcedVersionResult: UInt8, CaseIterable, Sendable {
    /// The version it names answers.
    case forced
    /// It names another model than the route's.
    case otherModel
    /// The model has no such version.
    case unknownVersion
    /// Its time is over.
    case expired
    /// It was not signed with the key.
    case badSignature
    /// It is of another form.
    case malformed
    /// The gateway has no key.
    case noKey

    /// The label in the metrics.
    var label: StaticString {
        switch self {
        case .forced: "forced"
        case .otherModel: "other_model"
        case .unknownVersion: "unknown_version"
        case .expired: "expired"
        case .badSignature: "bad_signature"
        case .malformed: "malformed"
        case .noKey: "no_key"
        }
    }
}

/// Checks fields that name the version a tester wants:
/// `<model>=<version>;expires=<unix seconds>;signature=<hex>`.
///
/// The signature is HMAC-SHA-256 over everything before `;signature=`. Only what is signed is looked
/// at any further.
package final class ForcedVersions: Sendable {
    /// A model's name, a version's and a time fit with room to spare; what is longer is not hashed.
    private static let bytesMaximum = 256
    private static let signaturePrefix: StaticString = ";signature="
    private static let expiresPrefix: StaticString = ";expires="
    /// Digits of a time: seconds until the year 2286 have ten.
    private static let timeDigitsMaximum = 10

    private let code: HMACSHA256

    /// Checks signatures of that key.
    package init(key: [UInt8]) { code = HMACSHA256(key: key) }

    /// Whether a field forces a version of `model`, and the version's index then.
    func check(
        _ field: UnsafeRawBufferPointer,
        _ model: ServedModel,
        unixSeconds: Int64
    ) -> (result: ForcedVersionResult, version: Int) {
        guard let claim = signedClaim(in: field) else { return (.malformed, 0) }
        guard isSigned(claim, field) else { return (.badSignature, 0) }
        guard let equals = claim.firstIndex(of: UInt8(ascii: "=")),
            let semicolon = claim.firstIndex(of: UInt8(ascii: ";")), equals < semicolon,
            let expires = Self.time(UnsafeRawBufferPointer(rebasing: claim[semicolon...]))
        else { return (.malformed, 0) }
        guard unixSeconds < expires else { return (.expired, 0) }
        guard model.name.bytes.isEqual(to: UnsafeRawBufferPointer(rebasing: claim[..<equals]))
        else { return (.otherModel, 0) }
        let name = UnsafeRawBufferPointer(rebasing: claim[(equals + 1)..<semicolon])
        guard let index = model.versions.firstIndex(where: { $0.name.bytes.isEqual(to: name) })
        else { return (.unknownVersion, 0) }
        return (.forced, index)
    }

    /// What comes before a signature of the right length.
    private func signedClaim(in field: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        let suffix = Self.signaturePrefix.utf8CodeUnitCount + 2 * HMACSHA256.size
        guard field.count > suffix, field.count <= Self.bytesMaximum else { return nil }
        let end = field.count - suffix
        let prefix = end..<(end + Self.signaturePrefix.utf8CodeUnitCount)
        guard UnsafeRawBufferPointer(rebasing: field[prefix]).isEqual(to: Self.signaturePrefix)
        else { return nil }
        return UnsafeRawBufferPointer(rebasing: field[..<end])
    }

    private func isSigned(
        _ claim: UnsafeRawBufferPointer,
        _ field: UnsafeRawBufferPointer
    ) -> Bool {
        let digits = UnsafeRawBufferPointer(rebasing: field.suffix(2 * HMACSHA256.size))
        return withUnsafeTemporaryAllocation(byteCount: HMACSHA256.size, alignment: 8) { bytes in
            for index in bytes.indices {
                guard let high = Self.hexadecimal(digits[2 * index]),
                    let low = Self.hexadecimal(digits[2 * index + 1])
                else { return false }
                bytes[index] = high << 4 | low
            }
            return code.isValid(UnsafeRawBufferPointer(bytes), for: claim)
        }
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The seconds in `;expires=…`.
    private static func time(_ text: UnsafeRawBufferPointer) -> Int64? {
        let count = expiresPrefix.utf8CodeUnitCount
        guard text.count > count, text.count <= count + timeDigitsMaximum,
            UnsafeRawBufferPointer(rebasing: text[..<count]).isEqual(to: expiresPrefix)
        else { return nil }
        var seconds: Int64 = 0
        for digit in text[count...] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            seconds = seconds * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        return seconds
    }
}
