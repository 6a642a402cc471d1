// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Draws ranks by Zipf's law: rank k is k^exponent times rarer than the first.
package struct ZipfSampler: Sendable {
    private let cumulative: [Double]

    /// A sampler of ranks below `count`, of which there must be one.
    package init(count: Int, exponent: Double) {
        var sum = 0.0
        cumulative = (1...count).map { rank in
            sum += pow(Double(rank), -exponent)
            return sum
        }
    }

    /// A rank from 0.
    package func next(using generator: inout SeededGenerator) -> Int {
        let wanted = generator.unitInterval() * (cumulative.last ?? 0)
        var (low, high) = (0, cumulative.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] < wanted { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
