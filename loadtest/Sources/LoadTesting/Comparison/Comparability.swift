// SPDX-License-Identifier: Apache-2.0

/// What speaks against comparing two recorded runs.
package enum Comparability {
    /// The reasons, each a sentence; none when the runs may be compared.
    package static func objections(_ first: RunRecord, _ second: RunRecord) -> [String] {
        let (mine, theirs) = (first.description, second.description)
        var reasons: [String] = []
        if mine.scenario?.sha256 != theirs.scenario?.sha256 {
            reasons.append("the scenarios differ")
        }
        if mine.host != theirs.host { reasons.append("they ran on different machines") }
        if mine.loop != theirs.loop || mine.phases != theirs.phases {
            reasons.append("they asked for different loads")
        }
        if mine.arrivals != theirs.arrivals || mine.connections != theirs.connections {
            reasons.append("arrivals or connections differ")
        }
        if mine.routes != theirs.routes { reasons.append("they sent different requests") }
        for (name, record) in [("the first", first), ("the second", second)] {
            if let fault = fault(record) { reasons.append("\(name) run \(fault)") }
        }
        return reasons
    }

    /// Why a run's numbers do not mean what they seem to; nil when they do.
    package static func fault(_ record: RunRecord) -> String? {
        if record.description.wasInterrupted { return "was stopped before its time" }
        let judgement = Judgement(Judgement.Facts(record))
        return judgement.verdict == .valid
            ? nil : "is \(judgement.verdict.rawValue): \(judgement.reason)"
    }
}
