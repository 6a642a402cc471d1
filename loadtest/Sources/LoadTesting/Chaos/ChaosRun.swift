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
    ///   - progress: Told of every second while the run goes on.
    ///   - willSend: Called once every connection was made.
    ///   - didHappen: Called after a fault began or ended.
    /// - Returns: what was measured, with what was done meanwhile.
    /// - Throws: what the run throws, once everything is undone.
    package func run(
        progress: RunProgress? = nil,
        willSend: () -> Void = {},
        didHappen: @escaping @Sendable (ChaosEvent) -> Void = { _ in }
    ) async throws -> RunRecord {
        let (starts, start) = AsyncStream.makeStream(of: ContinuousClock.Instant.self)
        let timeline = ChaosTimeline(faults)
        let chaos = Task {
            for await start in starts {
                return await timeline.run(from: start, didHappen: didHappen)
            }
            return []
        }
        do {
            var record = try await run.run(progress: progress) {
                willSend()
                start.yield(.now.advanced(by: .seconds(settings.warmUpSeconds)))
            }.record
            chaos.cancel()
            let events = await chaos.value
            if !faults.isEmpty {
                record.description.chaos = ChaosLog(faults: faults.map(\.name), events: events)
            }
            return record
        } catch {
            chaos.cancel()
            _ = await chaos.value
            throw error
        }
    }
}
