// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The series of a CSV file `id,date,value`: one row a period, the rows of a series together, oldest
/// first.
struct SeriesFile {
    struct Series {
        let id: String
        var values: [Double] = []
    }

    /// What cannot be read, and where.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    /// Held in memory whole; a year of days of 100,000 products is 1 GB.
    static let bytesMaximum = 2_000_000_000
    private static let header = "id,date,value"

    private(set) var series: [Series] = []
    private let path: String
    private var lastDate: Substring = ""
    private var ids: Set<String> = []

    init(path: String) throws {
        self.path = path
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        guard size <= Self.bytesMaximum else {
            throw Fault(description: "\(path): more than \(Self.bytesMaximum) bytes")
        }
        guard
            let text = String(validating: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        else { throw Fault(description: "\(path): expected UTF-8") }
        for (index, line) in text.split(
            omittingEmptySubsequences: false,
            whereSeparator: \.isNewline
        )
        .enumerated() {
            if index > 0, !line.isEmpty { try read(line, number: index + 1) }
            if index == 0, line != Self.header { throw fault(1, "expected \(Self.header)") }
        }
    }

    private mutating func read(_ line: Substring, number: Int) throws {
        let fields = line.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == 3, !fields[0].isEmpty, !line.contains("\"") else {
            throw fault(number, "expected \(Self.header), unquoted")
        }
        guard let value = Double(fields[2]), value.isFinite else {
            throw fault(number, "expected a number in value")
        }
        if series.last?.id ?? "" != fields[0] {
            guard ids.insert(String(fields[0])).inserted else {
                throw fault(number, "expected the rows of \(fields[0]) together")
            }
            series.append(Series(id: String(fields[0])))
        } else if fields[1] <= lastDate {
            throw fault(number, "expected a date after \(lastDate)")
        }
        lastDate = fields[1]
        series[series.count - 1].values.append(value)
    }

    private func fault(_ line: Int, _ text: String) -> Fault {
        Fault(description: "\(path):\(line): \(text)")
    }
}
