// SPDX-License-Identifier: Apache-2.0

/// A strict reader of Prometheus text format 0.0.4, written from its description alone.
struct ExpositionGrammar {
    struct Sample: Equatable {
        var name: String
        var labels: [String: String]
        var value: Double
    }

    struct Violation: Error, CustomStringConvertible {
        let line: Int
        let description: String
    }

    // Scalars, not characters: a quote and a combining mark after it are one character.
    private typealias Scalars = Substring.UnicodeScalarView

    private(set) var samples: [Sample] = []
    private var kinds: [String: String] = [:]
    private var family = ""
    private var seen: Set<String> = []
    private var line = 0

    /// Reads a whole exposition; throws at the first line that breaks a rule.
    static func read(_ text: String) throws -> [Sample] {
        var reader = ExpositionGrammar()
        guard text.isEmpty || text.unicodeScalars.last == "\n" else {
            throw Violation(line: 0, description: "no line feed at the end")
        }
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        for line in lines.dropLast() {
            reader.line += 1
            try line.first == "#" ? reader.comment(String(line)) : reader.sample(line)
        }
        try reader.checkHistograms()
        return reader.samples
    }

    private mutating func comment(_ line: String) throws {
        let words = line.split(separator: " ", maxSplits: 3).map(String.init)
        try require(words.count == 4, "a comment that is neither HELP nor TYPE")
        if words[1] == "HELP" {
            try require(kinds[words[2]] == nil, "family \(words[2]) in two places")
            family = words[2]
            kinds[family] = ""
        } else {
            try require(words[1] == "TYPE" && words[2] == family, "TYPE without its HELP")
            try require(
                ["counter", "gauge", "histogram"].contains(words[3]),
                "type \(words[3])"
            )
            kinds[family] = words[3]
        }
    }

    private mutating func sample(_ line: Scalars) throws {
        var cursor = line
        let name = String(cursor.prefix { $0 != "{" && $0 != " " })
        try require(name.wholeMatch(of: #/[a-z_:][a-z0-9_:]*/#) != nil, "metric name \(name)")
        try require(belongsToFamily(name), "\(name) outside the family \(family)")
        cursor.removeFirst(name.unicodeScalars.count)
        let labels = try readLabels(&cursor)
        try require(
            seen.insert("\(name)\(labels.sorted { $0.key < $1.key })").inserted,
            "\(name) twice"
        )
        try require(cursor.first == " ", "no space before the value")
        guard let value = Double(String(cursor.dropFirst()).replacing("Inf", with: "infinity"))
        else {
            throw Violation(line: self.line, description: "value \(String(cursor))")
        }
        samples.append(Sample(name: name, labels: labels, value: value))
    }

    private func belongsToFamily(_ name: String) -> Bool {
        kinds[family] == "histogram"
            ? ["_bucket", "_sum", "_count"].contains { name == family + $0 } : name == family
    }

    private func readLabels(_ cursor: inout Scalars) throws -> [String: String] {
        guard cursor.first == "{" else { return [:] }
        var labels: [String: String] = [:]
        repeat {
            cursor.removeFirst()
            let name = String(cursor.prefix { $0 != "=" })
            try require(name.wholeMatch(of: #/[a-z_][a-z0-9_]*/#) != nil, "label name \(name)")
            cursor.removeFirst(name.unicodeScalars.count)
            try require(cursor.starts(with: "=\"".unicodeScalars), "no quoted value for \(name)")
            cursor.removeFirst(2)
            try require(
                labels.updateValue(try readQuoted(&cursor), forKey: name) == nil,
                "\(name) twice"
            )
        } while cursor.first == ","
        try require(cursor.first == "}", "labels do not end")
        cursor.removeFirst()
        return labels
    }

    private func readQuoted(_ cursor: inout Scalars) throws -> String {
        var value = String.UnicodeScalarView()
        while let scalar = cursor.popFirst() {
            switch scalar {
            case "\"": return String(value)
            case "\\":
                let escapes: [Unicode.Scalar: Unicode.Scalar] = ["n": "\n", "\\": "\\", "\"": "\""]
                guard let next = cursor.popFirst(), let meant = escapes[next] else {
                    throw Violation(line: line, description: "unknown escape")
                }
                value.append(meant)
            default: value.append(scalar)
            }
        }
        throw Violation(line: line, description: "quote does not end")
    }

    /// Buckets ascend, never fall, and end in `+Inf` with the count.
    private func checkHistograms() throws {
        for (name, kind) in kinds where kind == "histogram" {
            let buckets = Dictionary(grouping: samples.filter { $0.name == name + "_bucket" }) {
                $0.labels.filter { $0.key != "le" }
            }
            for (labels, buckets) in buckets {
                let edges = buckets.compactMap {
                    Double(($0.labels["le"] ?? "").replacing("Inf", with: "infinity"))
                }
                let values = buckets.map(\.value)
                try require(edges.count == buckets.count, "\(name): a bucket without an edge")
                try require(edges == edges.sorted() && edges.last == .infinity, "\(name): edges")
                try require(values == values.sorted(), "\(name): buckets fall")
                let count = samples.first { $0.name == name + "_count" && $0.labels == labels }
                try require(count?.value == values.last, "\(name): count is not the last bucket")
                try require(
                    samples.contains { $0.name == name + "_sum" && $0.labels == labels },
                    "\(name): no sum"
                )
            }
        }
    }

    private func require(_ holds: Bool, _ problem: @autoclosure () -> String) throws {
        if !holds { throw Violation(line: line, description: problem()) }
    }
}
