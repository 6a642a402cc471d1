// SPDX-License-Identifier: Apache-2.0

/// How soon a target must be well again, such as `recover("freeze") < 5s`.
package struct RecoveryAssertion: Hashable, Sendable {
    /// The assertion as it was written.
    package let text: String
    /// The fault's name.
    package let fault: String
    private let seconds: Double
    private let mayBeEqual: Bool

    /// Reads an assertion; nil when it is none about a recovery.
    package init?(_ text: String) {
        let pattern = /\s*recover\("([^"]+)"\)\s*(<=?)\s*(\d+(?:\.\d+)?)\s*(ms|s|m)\s*/
        guard let match = text.wholeMatch(of: pattern), let value = Double(match.3) else {
            return nil
        }
        self.text = text
        fault = String(match.1)
        mayBeEqual = match.2 == "<="
        seconds = value * ["ms": 0.001, "m": 60][String(match.4), default: 1]
    }

    /// Why a run missed it; nil when it did not.
    package func failure(in report: ChaosReport) -> String? {
        guard let fault = report.faults.first(where: { $0.name == fault }) else {
            return "\(text): the scenario has no such fault"
        }
        guard fault.beganSeconds != nil else { return "\(text): it did not begin" }
        guard let taken = fault.recoverySeconds else {
            return "\(text): the run does not show a recovery"
        }
        let isMet = mayBeEqual ? taken <= seconds : taken < seconds
        return isMet ? nil : "\(text): it is \(TimeText.text(nanoseconds: UInt64(taken * 1e9)))"
    }
}
