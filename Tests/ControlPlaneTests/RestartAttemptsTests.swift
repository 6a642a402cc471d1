// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import Testing

@testable import ControlPlane

struct RestartAttemptsTests {
    private let now = Timestamp(unixMilliseconds: 1_000)
    private let later = Timestamp(unixMilliseconds: 2_000)

    @Test func oneAttemptAtATime() {
        var attempts = RestartAttempts()
        #expect(attempts.status == nil)
        let answers = [attempts.begin(at: now), attempts.begin(at: later)]
        #expect(answers == [true, false])
        attempts.started(42)
        #expect(attempts.status == .init(state: .starting, at: now, successor: 42))
    }

    @Test func aFailedAttemptMayBeRepeated() {
        var attempts = RestartAttempts()
        for failures in 1...3 {
            let begins = attempts.begin(at: now)
            #expect(begins)
            #expect(attempts.status?.message == nil)
            attempts.fail("late", at: later)
            #expect(
                attempts.status
                    == .init(state: .failed, at: later, message: "late", failures: failures)
            )
        }
    }

    @Test func nothingFollowsASuccess() {
        var attempts = RestartAttempts()
        let begins = attempts.begin(at: now)
        attempts.succeed(at: later)
        #expect(attempts.status?.state == .handedOver)
        let beginsAgain = attempts.begin(at: later)
        #expect(begins && !beginsAgain)
    }
}
