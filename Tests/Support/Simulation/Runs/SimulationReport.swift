// SPDX-License-Identifier: Apache-2.0

extension Simulation.Outcome {
    /// The command that runs this seed again.
    package var command: String {
        "make simulate SEEDS=\(seed)" + (bug.map { " BUG=\($0.rawValue)" } ?? "")
    }

    /// What a person needs to find out what went wrong; one line when nothing did.
    package var report: String {
        guard let violation else {
            return "seed \(seed): \(replyCount) replies, trace \(hexadecimal)"
        }
        return """
            seed \(seed) breaks \(violation.invariant.rawValue): \(violation.detail)
            faults: \(faults.map { "\($0)" }.joined(separator: ", "))
            the last steps, on the monotonic clock:
            \(violation.steps)
            replay: \(command)
            """
    }

    private var hexadecimal: String { String(traceHash, radix: 16) }
}
