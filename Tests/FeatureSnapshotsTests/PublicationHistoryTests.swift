// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import FeatureSnapshots

@Suite struct PublicationHistoryTests {
    // Built within one second: their ids do not sort by age.
    private let first = SnapshotID("20261123T174457-aecbfdad")!
    private let second = SnapshotID("20261123T174457-3379059d")!
    private let third = SnapshotID("20261123T174500-00000000")!

    private func history(_ lines: (SnapshotID, SnapshotID?)...) -> PublicationHistory {
        PublicationHistory(lines.map { PublicationHistory.line($0.0, after: $0.1) }.joined())
    }

    @Test func followsWhatWasPublished() {
        let history = history((first, nil), (second, first), (third, second))
        #expect(history.previous(of: third, among: [first, second, third]) == second)
        #expect(history.previous(of: second, among: [first, second, third]) == first)
        #expect(history.previous(of: third, among: [first, third]) == first)
    }

    @Test func nothingCameBeforeTheFirst() {
        let history = history((first, nil), (second, first))
        #expect(history.previous(of: first, among: [first, second]) == nil)
        #expect(history.previous(of: second, among: [second]) == nil)
    }

    @Test func aDamagedLineIsGuessedFromTheIds() {
        let history = PublicationHistory("\(first) -\n\(third) 2026112")
        #expect(history.previous(of: third, among: [first, second, third]) == first)
    }

    @Test func endsWhereItWouldGoInCircles() {
        let history = history((first, second), (second, first))
        #expect(history.previous(of: first, among: [first]) == nil)
    }
}
