// SPDX-License-Identifier: Apache-2.0
import Traffic

/// How an event loop stood when it met a request that came whole and alone.
struct LoopMeeting {
    /// Who was admitted.
    let shares: AdmissionShares
    /// The longest the request can have waited, as the loop knows it.
    let waitedNanoseconds: UInt64
    /// A wait that was no concern then.
    let targetNanoseconds: UInt64
    /// During which the same units are the first to be out.
    let saltPeriod: UInt64

    init(_ admission: LoopAdmission, saltPeriodNanoseconds: UInt64, now: UInt64) {
        shares = admission.shares
        waitedNanoseconds = admission.waitedNanoseconds(now: now)
        targetNanoseconds = admission.targetNanoseconds
        saltPeriod = now / saltPeriodNanoseconds
    }

    /// Whether a request shed now was shed for who asked: none is for waiting so shortly.
    var shedsByUnit: Bool { waitedNanoseconds <= targetNanoseconds }
}
