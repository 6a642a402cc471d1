// SPDX-License-Identifier: Apache-2.0

import FeatureSnapshots
import Foundation

/// What a build read, kept and left out: `rowsRead` is `sales + refunds +` all of `dropped`.
package struct BuildReport: Codable, Hashable, Sendable {
    /// Rows left out for one reason.
    package struct Dropped: Codable, Hashable, Sendable {
        /// Why.
        package let reason: DropReason
        /// How many.
        package let rows: Int
    }

    /// The input that was read.
    package let input: String
    /// The snapshot that was built.
    package let snapshot: SnapshotID
    /// Rows read, the header apart.
    package let rowsRead: Int
    /// Rows that are sales.
    package let sales: Int
    /// Rows that are goods that came back.
    package let refunds: Int
    /// Rows left out, for every reason, in the order reasons are tried.
    package let dropped: [Dropped]
    /// The first malformed rows, as `line: reason`.
    package let malformedRows: [String]
    /// Prices rounded to the currency's digits.
    package let roundedPrices: Int
    /// Orders, cancellations and those left out included.
    package let orders: Int
    /// Products in the snapshot.
    package let products: Int
    /// Those of them that sold within the delisting window.
    package let listedProducts: Int
    /// Customers in the snapshot.
    package let customers: Int
    /// Time of the first line that counts.
    package let firstTime: Date
    /// Time of the last line that counts, which windows are counted back from.
    package let lastTime: Date

    /// The report as a table for a reader.
    package var table: String {
        let drops = dropped.filter { $0.rows > 0 }
            .map { ("  " + $0.reason.explanation, Self.grouped($0.rows)) }
        let rows = [
            ("rows read", Self.grouped(rowsRead)), ("sales", Self.grouped(sales)),
            ("goods that came back", Self.grouped(refunds)),
            ("left out", Self.grouped(dropped.reduce(0) { $0 + $1.rows })),
        ]
        let rest = [
            ("prices rounded", Self.grouped(roundedPrices)), ("orders", Self.grouped(orders)),
            ("products", Self.grouped(products)), ("  listed", Self.grouped(listedProducts)),
            ("customers", Self.grouped(customers)),
            ("from", firstTime.formatted(.iso8601)), ("to", lastTime.formatted(.iso8601)),
        ]
        let title = "snapshot \(snapshot) from \(input)\n"
        let malformed = malformedRows.map { "malformed row, line \($0)\n" }.joined()
        return title + Self.aligned(rows + drops + rest) + malformed
    }

    private static func aligned(_ rows: [(name: String, value: String)]) -> String {
        let nameWidth = rows.map(\.name.count).max() ?? 0
        let valueWidth = rows.map(\.value.count).max() ?? 0
        return rows.map { name, value in
            let gap = nameWidth + 2 + valueWidth - name.count - value.count
            return name + String(repeating: " ", count: gap) + value + "\n"
        }.joined()
    }

    /// Thousands apart, as in `541,909`.
    static func grouped(_ number: Int) -> String {
        let digits = Array(String(number))
        return digits.enumerated().map { index, digit in
            let isBreak = index > 0 && (digits.count - index) % 3 == 0 && digits[index - 1] != "-"
            return isBreak ? ",\(digit)" : "\(digit)"
        }.joined()
    }
}
