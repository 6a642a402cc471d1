// SPDX-License-Identifier: Apache-2.0

/// Which version a unit gets, and why.
package struct Assignment: Hashable, Sendable {
    /// The version's index in the caller's table.
    package let version: Int
    /// The unit's bucket in the arm layer, from 0 to 9,999; nil when decided before the arm.
    package let bucket: Int?
    /// What decided.
    package let reason: AssignmentReason
}

/// What decided an assignment; raw values are the wire names.
package enum AssignmentReason: String, Sendable, CaseIterable {
    /// The unit's bucket belongs to an arm.
    case assigned
    /// A verified override named the version.
    case forced
    /// The unit is held out of every experiment.
    case holdout
    /// The unit is outside the experiment's layer share or coverage.
    case notCovered = "not_covered"
    /// The split is switched off.
    case killSwitch = "kill_switch"
    /// The request names no unit to be sticky to.
    case noUnit = "no_unit"
}
