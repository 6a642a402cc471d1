// SPDX-License-Identifier: Apache-2.0

/// The decayed co-purchases of one product, by partner.
///
/// Open addressing in one block of memory. At `Limits.partnersPerProductMaximum` the lighter half is
/// dropped, so a weight can be too low by at most what its partner had gathered when dropped.
struct PartnerTable {
    struct Partner {
        var product: UInt32
        var weight: Float
    }

    private static let empty = UInt32.max

    private var slots = UnsafeMutableBufferPointer<Partner>(start: nil, count: 0)
    private(set) var count = 0
    private var touched: UInt32 = 0

    /// Frees the memory; the table is not used again.
    func deallocate() {
        slots.deallocate()
    }

    var partners: some Sequence<Partner> { slots.lazy.filter { $0.product != Self.empty } }

    /// Adds `weight` to each of some distinct products.
    mutating func add(_ products: UnsafeBufferPointer<UInt32>, _ weight: Float) {
        makeRoom(for: products.count)
        touchSlots(of: products)
        for product in products {
            let slot = find(product)
            count += slots[slot].product == product ? 0 : 1
            slots[slot] = Partner(product: product, weight: slots[slot].weight + weight)
        }
    }

    /// Reads the slot every product begins its search at.
    ///
    /// These reads do not wait for each other as searches do, so memory is waited for once instead of
    /// for each product: it halves the time of counting. The sum is kept so that they are not optimised
    /// away.
    private mutating func touchSlots(of products: UnsafeBufferPointer<UInt32>) {
        var sum: UInt32 = 0
        for product in products { sum &+= slots[home(product)].product }
        touched = sum
    }

    /// Fibonacci hashing spreads neighbouring numbers over the table.
    @inline(__always)
    private func home(_ product: UInt32) -> Int {
        Int(product &* 0x9e37_79b1) >> 12 & (slots.count - 1)
    }

    @inline(__always)
    private func find(_ product: UInt32) -> Int {
        let mask = slots.count - 1
        var slot = home(product)
        while slots[slot].product != product, slots[slot].product != Self.empty {
            slot = (slot + 1) & mask
        }
        return slot
    }

    private mutating func makeRoom(for additions: Int) {
        if count + additions > Limits.partnersPerProductMaximum { prune(to: count / 2) }
        var slotCount = max(slots.count, 16)
        while (count + additions) * 4 > slotCount * 3 { slotCount *= 2 }
        if slotCount > slots.count { rebuild(slotCount) { _ in true } }
    }

    /// Keeps the heaviest; of equals those of lower number.
    private mutating func prune(to kept: Int) {
        let byWeight = partners.sorted { ($0.weight, $1.product) > ($1.weight, $0.product) }
        let heaviest = Set(byWeight.prefix(kept).map(\.product))
        rebuild(slots.count) { heaviest.contains($0.product) }
    }

    private mutating func rebuild(_ slotCount: Int, keeping isKept: (Partner) -> Bool) {
        let old = slots
        slots = .allocate(capacity: slotCount)
        slots.initialize(repeating: Partner(product: Self.empty, weight: 0))
        count = 0
        for partner in old where partner.product != Self.empty && isKept(partner) {
            slots[find(partner.product)] = partner
            count += 1
        }
        old.deallocate()
    }
}
