// SPDX-License-Identifier: Apache-2.0

/// A run of load with faults.
package struct ChaosRun: Sendable {
    private let faults: [ChaosFault]
    private let settings: LoadSettings
    private let run: LoadRun

    /// A run with these faults, at times of its scored part.
    ///
    /// - Throws: `ChaosError` when a fault could not be brought about now, or would be felt by others:
    ///   faults are for targets on this machine.
    package init(
        _ faults: [ChaosFault],
        _ settings: LoadSettings,
        _ run: LoadRun
    ) throws(ChaosError) {
        guard faults.isEmpty || settings.target.isLoopback else {
            throw ChaosError("faults are only for a target on this machine")
        }
        try ChaosInjector(faults).check()
        self.faults = faults
        self.settings = settings
        self.run = run
    }

    /// Sends the load and brings the faults about; cancelling the task ends both and undoes all.
    ///
    /// - Parameters:
    ///   - willSend: Called once every connection was made.
    ///   - didHappen: Called after a fault began or ended.
    /// - Returns: what was measured, and what was done meanwhile.
    /// - Throws: what the run throws, once everything is undone.
    package func run(
        willSend: () -> Void = {},
        didHappen: @escaping @Sendable (ChaosEvent) -> Void = { _ in }
    ) async throws -> (outcome: LoadRun.Outcome, events: [ChaosEvent]) {
        let (starts, start) = AsyncStream.makeStream(of: ContinuousClock.Instant.self)
        let timeline = ChaosTimeline(faults)
        let chaos = Task {
            for await start in starts {
                return await timeline.run(from: start, didHappen: didHappen)
            }
            return []
        }
        do {
            let outcome = try await run.run {
                willSend()
                start.yield(.now.advanced(by: .seconds(settings.warmUpSeconds)))
            }
            chaos.cancel()
            return (outcome, await chaos.value)
        } catch {
            chaos.cancel()
            _ = await chaos.value
            throw error
        }
    }
}
