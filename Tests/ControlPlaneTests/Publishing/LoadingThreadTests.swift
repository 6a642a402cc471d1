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

    @Test func handsErrorsOn() async {
        await #expect(throws: Refused.self) { try await LoadingThread.run { throw Refused() } }
    }
}
