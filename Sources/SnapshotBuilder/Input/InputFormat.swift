// SPDX-License-Identifier: Apache-2.0

/// How an input file is written; gzip is seen from its first bytes.
enum InputFormat: String, CaseIterable {
    case csv, jsonl

    /// The format a file's name ends in, `.gz` aside.
    static func named(_ path: String) -> InputFormat? {
        let name = path.lowercased()
        let stem = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
        if stem.hasSuffix(".csv") { return .csv }
        return stem.hasSuffix(".jsonl") || stem.hasSuffix(".ndjson") ? .jsonl : nil
    }
}
