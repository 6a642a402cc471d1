// SPDX-License-Identifier: Apache-2.0

/// A worker's last requests, a sample of them, for warming up what will serve next.
///
/// A ring of fixed slots for each kind of model. They hold what shoppers sent, so they stay in
/// memory and are shown to nobody.
///
/// Complexity: no allocation after init; most requests cost one subtraction.
final class RequestRecorder {
    /// Requests kept of each kind: enough variety for a warm-up.
    static let slotCount = 16
    /// Bytes of the longest request kept: a cart of twenty lines.
    static let slotBytes = 2048
    /// One request in so many is kept.
    private static let sampling = 16

    private struct Slot {
        var form = RecordedRequest.Form.priceBody
        var count = 0
    }

    private let bytes: UnsafeMutableRawBufferPointer
    private let slots: UnsafeMutableBufferPointer<Slot>
    private var untilNext = 1
    private var prices = 0
    private var recommendations = 0

    init() {
        bytes = .allocate(byteCount: 2 * Self.slotCount * Self.slotBytes, alignment: 16)
        slots = .allocate(capacity: 2 * Self.slotCount)
        slots.initialize(repeating: Slot())
    }

    deinit {
        bytes.deallocate()
        slots.deallocate()
    }

    /// Keeps a well-formed request, now and then.
    @inline(__always)
    func record(_ form: RecordedRequest.Form, _ request: UnsafeRawBufferPointer) {
        untilNext &-= 1
        if untilNext == 0 { keep(form, request) }
    }

    private func keep(_ form: RecordedRequest.Form, _ request: UnsafeRawBufferPointer) {
        untilNext = Self.sampling
        guard (1...Self.slotBytes).contains(request.count) else { return }
        let slot = nextSlot(form)
        slots[slot] = Slot(form: form, count: request.count)
        bytes(of: slot).copyMemory(from: request)
    }

    private func nextSlot(_ form: RecordedRequest.Form) -> Int {
        if form == .priceBody {
            prices = (prices + 1) % Self.slotCount
            return prices
        }
        recommendations = (recommendations + 1) % Self.slotCount
        return Self.slotCount + recommendations
    }

    private func bytes(of slot: Int) -> UnsafeMutableRawBufferPointer {
        let start = slot * Self.slotBytes
        return UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + Self.slotBytes])
    }

    /// Copies what is kept.
    ///
    /// Allocates: for the control plane, on the worker's loop.
    func copy() -> [RecordedRequest] {
        slots.indices.compactMap { index in
            let slot = slots[index]
            guard slot.count > 0 else { return nil }
            return RecordedRequest(slot.form, Array(bytes(of: index).prefix(slot.count)))
        }
    }
}
