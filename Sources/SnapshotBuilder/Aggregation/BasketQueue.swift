// SPDX-License-Identifier: Apache-2.0

import Dispatch

/// Counts co-purchases on another thread, in the order baskets come.
///
/// `@unchecked Sendable`: `counts` is touched on the queue alone until `finish`, everything else by
/// the caller alone.
final class BasketQueue: @unchecked Sendable {
    private struct Batch {
        var products: [UInt32] = []
        var baskets: [(end: Int, time: Int64)] = []
    }

    /// Baskets handed over at once: few enough to start early, enough to hide the hand-over.
    private static let batchBaskets = 256
    /// Batches waiting: when counting is slower than reading, reading waits.
    private static let batchesWaitingMaximum = 4

    private let counts: CoPurchases
    private let queue = DispatchQueue(label: "sluice.baskets")
    private let room = DispatchSemaphore(value: batchesWaitingMaximum)
    private var batch = Batch()

    init(_ counts: CoPurchases) {
        self.counts = counts
    }

    /// Adds the distinct products of one order.
    func append(_ basket: [UInt32], time: Int64) {
        batch.products.append(contentsOf: basket)
        batch.baskets.append((batch.products.count, time))
        if batch.baskets.count == Self.batchBaskets { send() }
    }

    /// Waits until everything is counted.
    func finish() -> CoPurchases {
        send()
        return queue.sync { counts }
    }

    private func send() {
        let batch = batch
        self.batch = Batch()
        room.wait()
        queue.async { [self] in
            count(batch)
            room.signal()
        }
    }

    private func count(_ batch: Batch) {
        var start = 0
        for basket in batch.baskets {
            counts.add(batch.products[start..<basket.end], time: basket.time)
            start = basket.end
        }
    }
}
