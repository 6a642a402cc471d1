// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The metric series of one plugin.
///
/// Registration takes a lock and happens during load only; recording is one or two atomic additions.
package final class PluginMetrics: Sendable {
    /// What one series holds at one moment.
    package enum Reading: Hashable, Sendable {
        case counter(UInt64)
        /// `bucketCounts[i]` counts values up to `bucketBoundsNanoseconds[i]`, the last one all above;
        /// the counts are per bucket, not cumulative.
        case histogram(bucketCounts: [UInt64], sumNanoseconds: UInt64)
    }

    /// One series at one moment.
    package struct Series: Hashable, Sendable {
        /// The full name, `sluice_plugin_<plugin>_<name>`.
        package let name: String
        /// Its value.
        package let reading: Reading
    }

    /// Upper bounds of the histogram buckets: 1 µs to 1 s in steps of 1, 2, 5.
    package static let bucketBoundsNanoseconds: [UInt64] = [
        1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000,
        1_000_000, 2_000_000, 5_000_000, 10_000_000, 20_000_000, 50_000_000,
        100_000_000, 200_000_000, 500_000_000, 1_000_000_000,
    ]

    enum Kind: UInt64 { case counter = 1, histogram }

    private static let sumCell = bucketBoundsNanoseconds.count + 1
    private static let cellsPerSeries = sumCell + 1

    private let prefix: String
    private let names = Mutex<[String]>([])
    private let kinds = AtomicCells(count: Limits.metricSeriesMax)
    private let cells = AtomicCells(count: Limits.metricSeriesMax * cellsPerSeries)
    private let loadsInProgress = Atomic<Int>(0)
    private let refused = Atomic<UInt64>(0)

    init(plugin: String) {
        prefix = Self.prefix(of: plugin)
    }

    /// What the names of a plugin's series begin with.
    static func prefix(of plugin: String) -> String {
        "sluice_plugin_" + plugin.map { $0 == "-" ? "_" : String($0) }.joined() + "_"
    }

    /// Registrations past the cap, outside load or with a bad name, and records of unknown series.
    package var refusedCount: UInt64 { refused.load(ordering: .relaxed) }

    /// Every series with its value, in order of registration.
    package func read() -> [Series] {
        readBare().map { Series(name: prefix + $0.name, reading: $0.reading) }
    }

    /// Every series by the name the plugin gave it.
    func readBare() -> [Series] {
        names.withLock { $0 }.enumerated().compactMap { index, name in
            reading(of: index).map { Series(name: name, reading: $0) }
        }
    }

    /// Allows registration while `body` runs.
    func whileLoading<Result>(_ body: () -> Result) -> Result {
        loadsInProgress.wrappingAdd(1, ordering: .relaxed)
        defer { loadsInProgress.wrappingSubtract(1, ordering: .relaxed) }
        return body()
    }

    func register(_ name: UnsafeRawBufferPointer, _ kind: Kind) -> Result<
        UInt32, HandlerStatusError
    > {
        let result = validated(name).flatMap { add($0, kind) }
        if case .failure = result { refused.wrappingAdd(1, ordering: .relaxed) }
        return result
    }

    func add(_ amount: UInt64, toCounter series: UInt32) {
        guard let first = firstCell(of: series, .counter) else { return }
        cells.add(amount, at: first)
    }

    func record(_ nanoseconds: UInt64, inHistogram series: UInt32) {
        guard let first = firstCell(of: series, .histogram) else { return }
        let bounds = Self.bucketBoundsNanoseconds
        var bucket = 0
        while bucket < bounds.count, nanoseconds > bounds[bucket] { bucket += 1 }
        cells.add(1, at: first + bucket)
        cells.add(nanoseconds, at: first + Self.sumCell)
    }

    private func validated(_ name: UnsafeRawBufferPointer) -> Result<String, HandlerStatusError> {
        guard loadsInProgress.load(ordering: .relaxed) > 0 else {
            return .failure(HandlerStatusError(.failedPrecondition))
        }
        guard (1...Limits.nameBytesMax).contains(name.count),
            name.allSatisfy({ PluginName.isLowerOrDigit($0) || $0 == UInt8(ascii: "_") })
        else { return .failure(HandlerStatusError(.invalidArgument)) }
        return .success(String(decoding: name, as: UTF8.self))
    }

    private func add(_ name: String, _ kind: Kind) -> Result<UInt32, HandlerStatusError> {
        names.withLock { names in
            if let known = names.firstIndex(of: name) {
                return kinds[known] == kind.rawValue
                    ? .success(UInt32(known)) : .failure(HandlerStatusError(.invalidArgument))
            }
            guard names.count < Limits.metricSeriesMax else {
                return .failure(HandlerStatusError(.resourceExhausted))
            }
            kinds[names.count] = kind.rawValue
            names.append(name)
            return .success(UInt32(names.count - 1))
        }
    }

    private func firstCell(of series: UInt32, _ kind: Kind) -> Int? {
        guard series < UInt32(kinds.count), kinds[Int(series)] == kind.rawValue else {
            refused.wrappingAdd(1, ordering: .relaxed)
            return nil
        }
        return Int(series) * Self.cellsPerSeries
    }

    private func reading(of series: Int) -> Reading? {
        let first = series * Self.cellsPerSeries
        switch Kind(rawValue: kinds[series]) {
        case .counter: return .counter(cells[first])
        case .histogram:
            return .histogram(
                bucketCounts: (0..<Self.sumCell).map { cells[first + $0] },
                sumNanoseconds: cells[first + Self.sumCell]
            )
        case nil: return nil
        }
    }
}

/// A status that is not OK, as an error.
struct HandlerStatusError: Error, Equatable {
    let status: HandlerStatus

    init(_ status: HandlerStatus) { self.status = status }
}
