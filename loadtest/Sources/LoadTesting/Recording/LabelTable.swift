// SPDX-License-Identifier: Apache-2.0

/// Numbers for the few texts that replies name: arms, rungs, versions, phases.
struct LabelTable {
    /// Labels told apart: a server that answers with ever new ones must not fill the memory.
    static let labelsMaximum = 32
    /// What replies without the field, and those beyond the maximum, are counted under.
    static let absent = "-", other = "other"

    private let maximum: Int
    private(set) var labels: [String]
    private var bytes: [[UInt8]]

    /// A table that begins with `absent` and `other`.
    init() {
        maximum = Self.labelsMaximum
        labels = [Self.absent, Self.other]
        bytes = [[], Array(Self.other.utf8)]
    }

    /// An empty table, for `indexIfRoom`.
    init(maximum: Int) {
        self.maximum = maximum
        labels = []
        bytes = []
    }

    /// The number of a label; that of `other` when the table is full.
    mutating func index(of label: UnsafeRawBufferPointer) -> Int { indexIfRoom(of: label) ?? 1 }

    /// The number of a label; nil when the table is full.
    mutating func indexIfRoom(of label: UnsafeRawBufferPointer) -> Int? {
        if let known = bytes.firstIndex(where: { $0.elementsEqual(label) }) { return known }
        guard labels.count < maximum else { return nil }
        labels.append(String(decoding: label, as: UTF8.self))
        bytes.append(Array(label))
        return labels.count - 1
    }
}
