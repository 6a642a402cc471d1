// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The series a worker's plugin registered, over all processes the worker had.
///
/// A process tells its series now and then; when it ends, what it told last is kept and added to what
/// the next one tells. Names and sizes are checked as for a plugin in this process.
package final class WorkerMetrics: Sendable {
    private struct Content {
        var ended: [String: WorkerSeries] = [:]
        var current: [String: WorkerSeries] = [:]
    }

    private let prefix: String
    private let content = Mutex(Content())

    init(plugin: String) { prefix = PluginMetrics.prefix(of: plugin) }

    /// Every series with its value, in order of name.
    package func read() -> [PluginMetrics.Series] {
        let content = content.withLock { $0 }
        return Set(content.ended.keys).union(content.current.keys).sorted().compactMap { name in
            let sum = Self.sum(content.ended[name], content.current[name])
            return sum.map { PluginMetrics.Series(name: prefix + name, reading: $0.reading) }
        }
    }

    /// Takes what a process told; false when it is not what a plugin may register.
    func update(_ series: [WorkerSeries]) -> Bool {
        guard series.count <= Limits.metricSeriesMax, series.allSatisfy(\.isValid) else {
            return false
        }
        let named = Dictionary(series.map { ($0.name, $0) }) { first, _ in first }
        content.withLock { $0.current = named }
        return true
    }

    /// The process has ended: its series count on from here.
    func processEnded() {
        content.withLock { content in
            for (name, series) in content.current {
                content.ended[name] = Self.sum(content.ended[name], series)
            }
            content.current = [:]
        }
    }

    private static func sum(_ left: WorkerSeries?, _ right: WorkerSeries?) -> WorkerSeries? {
        guard let left, let right, left.isHistogram == right.isHistogram else {
            return right ?? left
        }
        return WorkerSeries(
            name: left.name,
            isHistogram: left.isHistogram,
            values: zip(left.values, right.values).map { $0 &+ $1 }
        )
    }
}

extension WorkerSeries {
    init(name: String, _ reading: PluginMetrics.Reading) {
        self.name = name
        switch reading {
        case .counter(let count): (isHistogram, values) = (false, [count])
        case .histogram(let counts, let sum): (isHistogram, values) = (true, counts + [sum])
        }
    }

    fileprivate var reading: PluginMetrics.Reading {
        isHistogram
            ? .histogram(
                bucketCounts: Array(values.dropLast()),
                sumNanoseconds: values.last ?? 0
            )
            : .counter(values.first ?? 0)
    }

    fileprivate var isValid: Bool {
        (1...Limits.nameBytesMax).contains(name.utf8.count)
            && name.utf8.allSatisfy { PluginName.isLowerOrDigit($0) || $0 == UInt8(ascii: "_") }
            && values.count == (isHistogram ? PluginMetrics.bucketBoundsNanoseconds.count + 2 : 1)
    }
}
