// SPDX-License-Identifier: Apache-2.0

/// Rows of cells, printed in columns as wide as their widest cell.
struct TextTable {
    private var rows: [[String]]

    init(lines: [[String]] = []) { rows = lines }

    mutating func add(_ cells: String...) { rows.append(cells) }

    /// The table, every line indented and ended.
    func text(indent: Int = 0) -> String {
        let widths = (0..<(rows.map(\.count).max() ?? 0)).map { column in
            rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { line($0, widths, indent) }.joined()
    }

    private func line(_ cells: [String], _ widths: [Int], _ indent: Int) -> String {
        var line = String(repeating: " ", count: indent)
        for (cell, width) in zip(cells, widths) {
            line += cell + String(repeating: " ", count: width - cell.count + 2)
        }
        while line.last == " " { line.removeLast() }
        return line + "\n"
    }
}
