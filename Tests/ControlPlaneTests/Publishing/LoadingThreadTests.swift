// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import ControlPlane

@Suite struct LoadingThreadTests {
    private struct Refused: Error {}

    @Test func runsAtTheLowestPriorityOnAThreadOfItsOwn() async throws {
        let stat = try await LoadingThread.run {
            try String(contentsOfFile: "/proc/thread-self/stat", encoding: .utf8)
        }
        #expect(stat.contains("(sluice-loading)"))
        // Field 19 of proc_pid_stat(5); the name, which may hold spaces, ends with a parenthesis.
        let fields = try #require(stat.split(separator: ")").last).split(separator: " ")
        #expect(fields[16] == "19")
    }

    @Test func aCancelledTaskDoesNotWaitForItsWork() async {
        let release = DispatchSemaphore(value: 0)
        let task = Task { try await LoadingThread.run { release.wait() } }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        release.signal()
    }

    @Test func givesUpWorkThatDoesNotReturnAFewTimes() async throws {
        let stuck = StuckThreads()
        let release = DispatchSemaphore(value: 0)
        func hang() async throws {
            try await LoadingThread.run(within: 1_000_000, stuck, subject: { "pricing/2" }) {
                release.wait()
            }
        }
        for count in 1...StuckThreads.countMaximum {
            let fault = await #expect(throws: GatewayFault.self) { try await hang() }
            #expect(fault?.subject == "pricing/2")
            #expect(stuck.count == count)
        }
        let fault = await #expect(throws: GatewayFault.self) { try await hang() }
        #expect(fault?.description.contains("stuck") == true)
        #expect(stuck.count == StuckThreads.countMaximum)
        for _ in 0..<StuckThreads.countMaximum { release.signal() }
        while stuck.count > 0 { await Task.yield() }
        let answer = try await LoadingThread.run(within: .max, stuck, subject: { "" }) { 42 }
        #expect(answer == 42)
        #expect(stuck.count == 0)
    }

    @Test func handsErrorsOn() async {
        await #expect(throws: Refused.self) { try await LoadingThread.run { throw Refused() } }
    }
}
