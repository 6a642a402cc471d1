// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The counts one event loop writes, in one preallocated block of cells.
///
/// Concurrency: one thread writes, any thread reads. With a single writer a relaxed load and store
/// lose nothing, and need no locked instruction. A write takes a few nanoseconds and no allocation.
/// Lifetime: as long as its `MetricStorage`.
///
/// `@unchecked Sendable` because every access to the cells is atomic and the edges never change.
package final class MetricShard: @unchecked Sendable {
    /// How loaded the loop is.
    package let load = LoopLoad()
    private let cells: UnsafeMutablePointer<Atomic<UInt64>>
    private let cellCount: Int
    /// `HistogramBuckets.edgesNanoseconds`, where no observation has to count references.
    private let edges: UnsafeMutableBufferPointer<UInt64>

    init(cellCount: Int) {
        self.cellCount = cellCount
        edges = .allocate(capacity: HistogramBuckets.edgesNanoseconds.count)
        _ = edges.initialize(from: HistogramBuckets.edgesNanoseconds)
        cells = .allocate(capacity: cellCount)
        for cell in 0..<cellCount { (cells + cell).initialize(to: Atomic(0)) }
    }

    deinit {
        cells.deinitialize(count: cellCount)
        cells.deallocate()
        edges.deallocate()
    }

    /// Adds to a counter.
    package func increment(_ series: CounterSeries, by amount: UInt64 = 1) {
        add(amount, toCell: series.cell)
    }

    /// Moves a gauge up or down.
    package func adjust(_ series: GaugeSeries, by amount: Int) {
        add(UInt64(bitPattern: Int64(amount)), toCell: series.cell)
    }

    /// Records one duration.
    package func observe(_ series: HistogramSeries, nanoseconds: UInt64) {
        add(1, toCell: series.firstCell + bucket(of: nanoseconds))
        add(nanoseconds, toCell: series.firstCell + HistogramBuckets.count)
    }

    private func bucket(of nanoseconds: UInt64) -> Int {
        var bucket = 0
        while bucket < edges.count, nanoseconds > edges[bucket] { bucket += 1 }
        return bucket
    }

    func value(ofCell cell: Int) -> UInt64 {
        cells[cell].load(ordering: .relaxed)
    }

    private func add(_ amount: UInt64, toCell cell: Int) {
        let value = cells[cell].load(ordering: .relaxed)
        cells[cell].store(value &+ amount, ordering: .relaxed)
    }
}

/// A counter, resolved once when its catalog is built.
package struct CounterSeries: Sendable {
    let cell: Int
}

/// A value that goes up and down, resolved once when its catalog is built.
package struct GaugeSeries: Sendable {
    let cell: Int
}

/// A duration histogram, resolved once when its catalog is built.
package struct HistogramSeries: Sendable {
    /// One cell for each bucket, then one for the sum.
    static let cellCount = HistogramBuckets.count + 1

    let firstCell: Int
}
