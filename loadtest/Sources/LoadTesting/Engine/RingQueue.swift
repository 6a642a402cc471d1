// SPDX-License-Identifier: Apache-2.0

/// First in, first out, without moving elements.
struct RingQueue<Element> {
    private var slots: [Element?] = Array(repeating: nil, count: 16)
    private var head = 0
    /// Elements in the queue.
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// The element that leaves next.
    var first: Element? { slots[head] }

    mutating func append(_ element: Element) {
        if count == slots.count { grow() }
        slots[(head + count) & (slots.count - 1)] = element
        count += 1
    }

    mutating func popFirst() -> Element? {
        guard let element = slots[head] else { return nil }
        slots[head] = nil
        head = (head + 1) & (slots.count - 1)
        count -= 1
        return element
    }

    /// Doubles the slots, so that their number stays a power of two.
    private mutating func grow() {
        slots = Array(slots[head...] + slots[..<head])
        slots += Array(repeating: nil, count: slots.count)
        head = 0
    }
}
