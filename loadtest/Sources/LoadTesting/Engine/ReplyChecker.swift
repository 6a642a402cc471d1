// SPDX-License-Identifier: Apache-2.0

/// Looks whether replies hold what they must; remembers prices.
///
/// It looks for what must be there and is no whole JSON parser: at full rate that would measure us.
package struct ReplyChecker {
    private static let price: StaticString = "\"unit_price\":"
    private static let items: StaticString = "\"items\":["
    private static let item: StaticString = "\"product_id\":"
    private static let sources: [StaticString] = [
        "\"snapshot\":", "\"served_version\":", "\"rung\":",
    ]

    private var prices = PriceMemory()
    /// Used over and over, so that a reply allocates nothing.
    private var seen: Set<UInt64> = []

    /// A checker that remembers nothing yet.
    package init() {}

    /// Why a body is no good reply to a request; nil when it is one.
    package mutating func failure(
        of body: UnsafeRawBufferPointer,
        to check: ReplyCheck,
        request: Int
    ) -> FailureCause? {
        guard check != .none else { return nil }
        guard body.isJSONObject else { return .notJSON }
        switch check {
        case .none: return nil
        case .prices(let check): return failure(of: body, check, request)
        case .items(let check): return failure(of: body, check)
        }
    }

    private mutating func failure(
        of body: UnsafeRawBufferPointer,
        _ check: PriceCheck,
        _ request: Int
    ) -> FailureCause? {
        var digest = FNVDigest()
        var position = 0
        var isInside = true
        for limits in check.limits {
            guard let place = body.offset(after: Self.price, from: position),
                let minor = body.decimal(at: place, digits: check.digits)
            else { return .incomplete }
            position = place
            digest.add(UInt64(bitPattern: minor))
            isInside = isInside && limits.contains(minor)
        }
        guard isInside else { return .priceOutOfRange }
        guard check.isRemembered else { return nil }
        let key = PriceMemory.Key(request: request, source: Self.source(of: body))
        return prices.isChanged(digest.value, of: key) ? .priceChanged : nil
    }

    private mutating func failure(
        of body: UnsafeRawBufferPointer,
        _ check: ItemCheck
    ) -> FailureCause? {
        guard var position = body.offset(after: Self.items, from: 0) else { return .incomplete }
        seen.removeAll(keepingCapacity: true)
        while let place = body.offset(after: Self.item, from: position) {
            var digest = FNVDigest()
            digest.add(body.scalar(at: place))
            guard seen.insert(digest.value).inserted else { return .duplicateItem }
            position = place
        }
        return check.count.contains(seen.count) ? nil : .itemCount
    }

    /// The snapshot, version and rung that a reply's prices are from.
    private static func source(of body: UnsafeRawBufferPointer) -> UInt64 {
        var digest = FNVDigest()
        for key in sources {
            guard let place = body.offset(after: key, from: 0) else { continue }
            digest.add(body.scalar(at: place))
        }
        return digest.value
    }
}

/// The prices that carts were given, of each snapshot and version.
struct PriceMemory {
    /// What decides a price.
    struct Key: Hashable {
        let request: Int
        let source: UInt64
    }

    /// Carts that are remembered: 4 MiB; further ones are not checked.
    private static let cartsMaximum = 1 << 16

    private var digests: [Key: UInt64] = [:]

    /// Whether a cart's prices are others than before.
    mutating func isChanged(_ digest: UInt64, of key: Key) -> Bool {
        if let known = digests[key] { return known != digest }
        if digests.count < Self.cartsMaximum { digests[key] = digest }
        return false
    }
}

/// FNV-1a of 64 bits: short and quick, to tell texts apart that nobody chose to collide.
struct FNVDigest {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
        // So that "a", "bc" is not "ab", "c".
        value = (value ^ 0xFF) &* 0x100_0000_01B3
    }

    mutating func add(_ word: UInt64) {
        withUnsafeBytes(of: word) { add($0) }
    }
}
