// SPDX-License-Identifier: Apache-2.0

/// Numbers for the few texts that replies name: rungs, versions.
struct LabelTable {
    /// Labels told apart: a server that answers with ever new ones must not fill the memory.
    static let labelsMaximum = 32
    /// What replies without the field, and those beyond the maximum, are counted under.
    static let absent = "-", other = "other"

    private(set) var labels = [absent, other]
    private var bytes: [[UInt8]] = [[], Array(other.utf8)]

    /// The number of a label.
    mutating func index(of label: UnsafeRawBufferPointer) -> Int {
        if let known = bytes.firstIndex(where: { $0.elementsEqual(label) }) { return known }
        guard labels.count < Self.labelsMaximum else { return 1 }
        labels.append(String(decoding: label, as: UTF8.self))
        bytes.append(Array(label))
        return labels.count - 1
    }
}
