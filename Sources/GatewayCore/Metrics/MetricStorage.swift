// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The cells behind every series of the process: the same layout in one shard for each event loop.
///
/// Catalogs lease runs of cells. A reload keeps the leases of the series that stay, so their counts
/// go on; the cells of the others are free again when the last request that could write them is over.
package final class MetricStorage: Sendable {
    /// Cells of one shard.
    ///
    /// 256 KiB: room for 1,800 histograms. A gateway of 10 routes and 20 versions, each answering
    /// every route, needs a sixth of it.
    package static let cellsPerShard = 32_768

    /// One shard for each event loop, in the order of the loops.
    package let shards: [MetricShard]
    private let free: Mutex<FreeRanges>

    /// Allocates the cells of `shardCount` event loops.
    package init(shardCount: Int, cellsPerShard: Int = MetricStorage.cellsPerShard) {
        shards = (0..<shardCount).map { _ in MetricShard(cellCount: cellsPerShard) }
        free = Mutex(FreeRanges(0..<cellsPerShard))
    }

    /// Cells nobody leases.
    package var freeCellCount: Int { free.withLock { $0.count } }

    func lease(_ count: Int) throws(MetricError) -> MetricLease {
        guard let cells = free.withLock({ $0.take(count) }) else {
            throw MetricError.tooManySeries(cellsNeeded: count, cellsFree: freeCellCount)
        }
        return MetricLease(cells: cells, storage: self)
    }

    func release(_ cells: Range<Int>) {
        free.withLock { $0.give(back: cells) }
    }

    func sum(ofCell cell: Int) -> UInt64 {
        shards.reduce(0) { $0 &+ $1.value(ofCell: cell) }
    }
}

/// Why a catalog could not be built.
package enum MetricError: Error, Equatable, CustomStringConvertible {
    /// The config has more routes, models and versions than there is room to count.
    case tooManySeries(cellsNeeded: Int, cellsFree: Int)

    /// One line for the operator.
    package var description: String {
        switch self {
        case .tooManySeries(let needed, let free):
            "too many metric series: \(needed) more cells needed, \(free) free;"
                + " use fewer routes, models or versions"
        }
    }
}

/// A run of cells that belongs to the catalogs that name it.
final class MetricLease: Sendable {
    let cells: Range<Int>
    // What earlier owners of the cells left there: only the loops may write, so it is subtracted.
    private let baseline: [UInt64]
    private let storage: MetricStorage

    init(cells: Range<Int>, storage: MetricStorage) {
        self.cells = cells
        self.storage = storage
        baseline = cells.map(storage.sum(ofCell:))
    }

    deinit {
        storage.release(cells)
    }

    func value(at offset: Int) -> UInt64 {
        storage.sum(ofCell: cells.lowerBound + offset) &- baseline[offset]
    }

    func histogram(at offset: Int) -> HistogramValue {
        let counts = (0..<HistogramBuckets.count).map { value(at: offset + $0) }
        return HistogramValue(
            counts: counts,
            sumNanoseconds: value(at: offset + HistogramBuckets.count)
        )
    }
}
