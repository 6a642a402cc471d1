// SPDX-License-Identifier: Apache-2.0

/// The journal `HISTORY`: one line `<id> <previous id or ->` for every publication, oldest first.
///
/// A truncated or damaged line is skipped; what it said is then guessed from the ids, which sort by
/// age.
struct PublicationHistory {
    /// Nil for a first publication, which nothing came before.
    private var previousByID: [SnapshotID: SnapshotID?] = [:]

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let id = SnapshotID(String(words[0])) else { continue }
            let previous = SnapshotID(String(words[1]))
            guard previous != nil || words[1] == Self.none else { continue }
            previousByID.updateValue(previous, forKey: id)
        }
    }

    /// The snapshot published before `id`, among those that still exist.
    func previous(of id: SnapshotID, among known: Set<SnapshotID>) -> SnapshotID? {
        var seen: Set = [id]
        var current = id
        while let recorded = previousByID[current] {
            guard let previous = recorded, seen.insert(previous).inserted else { return nil }
            if known.contains(previous) { return previous }
            current = previous
        }
        return known.filter { $0 < id }.max()
    }

    /// The line for publishing `id` when `previous` was published.
    ///
    /// It begins with a line end: a line the last writer left half done stays apart.
    static func line(_ id: SnapshotID, after previous: SnapshotID?) -> String {
        "\n\(id) \(previous?.text ?? none)\n"
    }

    private static let none = "-"

    /// Bytes of a journal: 50 per publication, so ten years of one every ten minutes.
    static let fileSizeMax = 32 << 20
}
