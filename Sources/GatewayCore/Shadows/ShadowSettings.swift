// SPDX-License-Identifier: Apache-2.0

/// How much of the live traffic a shadow sees, and how long it may take.
package struct ShadowSettings: Hashable, Sendable {
    /// Share of the model's answered requests, of 10,000.
    package var sampleBasisPoints: Int
    /// Time from the hand-over to the answer; what comes later is not compared.
    package var budgetNanoseconds: UInt64

    /// Gathers the settings.
    package init(sampleBasisPoints: Int, budgetNanoseconds: UInt64) {
        self.sampleBasisPoints = sampleBasisPoints
        self.budgetNanoseconds = budgetNanoseconds
    }
}
