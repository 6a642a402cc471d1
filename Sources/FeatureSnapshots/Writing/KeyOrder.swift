// SPDX-License-Identifier: Apache-2.0

/// Checks that keys are fit for the file: UTF-8, of a size LMDB takes, ascending and distinct.
struct KeyOrder {
    let entity: String
    private var previous: [UInt8] = []

    init(entity: String) { self.entity = entity }

    /// Takes the key of the next row.
    mutating func accept(_ key: [UInt8], row: Int) throws(SnapshotError) {
        guard let reason = fault(of: key) else {
            previous = key
            return
        }
        throw SnapshotError(.invalidInput, reason, subject: "\(entity)[\(row)]")
    }

    private func fault(of key: [UInt8]) -> String? {
        guard (1...SnapshotFormat.keySizeMax).contains(key.count) else {
            return "a key of \(key.count) bytes, expected 1 to \(SnapshotFormat.keySizeMax)"
        }
        guard let text = String(validating: key, as: UTF8.self) else {
            return "the key is not UTF-8"
        }
        if key == previous { return "the key \"\(text)\" comes twice" }
        guard previous.lexicographicallyPrecedes(key) else {
            return "the key \"\(text)\" comes after a greater one; keys must ascend bytewise"
        }
        return nil
    }
}
