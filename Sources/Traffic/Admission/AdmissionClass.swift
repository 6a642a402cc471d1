// SPDX-License-Identifier: Apache-2.0

/// How much a request matters when not all can be answered; the first matters most.
package enum AdmissionClass: Int, Sendable, CaseIterable {
    /// A shopper is paying.
    case checkout
    /// A widget of a page.
    case recommendation
    /// A copy whose answer nobody sees.
    case shadow
    /// Health and metadata: always answered, so that the gateway can be seen and steered.
    case reserve
}

/// Where a request or a call was turned away; raw values are the label of `sluice_shed_total`.
package enum ShedStage: String, Sendable, CaseIterable {
    /// A hard limit was reached: connections, or decisions at work.
    case accept
    /// Its class or its shopper is cut while the queue stands, or the queue is full.
    case queue
    /// A thread came to the call too late.
    case dequeue
    /// Its answer would have come after its budget.
    case predicted
}

/// What admission says to a request whose head has been read.
package enum AdmissionVerdict: Hashable, Sendable {
    /// Answer it.
    case admitted
    /// Ask again once its unit is known: some units of its class are out.
    case needsUnit
    /// Turn it away.
    case shed(ShedStage)
}
