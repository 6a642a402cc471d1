// SPDX-License-Identifier: Apache-2.0

import YAMLDecoding

/// The worker process of an isolated handler: its bounds and how it is supervised.
package struct WorkerConfig: Hashable, Sendable, Encodable {
    /// Memory of its own, in bytes; beyond it the process is killed.
    package var memoryBytes = 512 << 20
    /// Calls it may have at once; further ones go to the next rung.
    package var callsInFlight = 64
    /// How long after its deadline a call may stay away before the process is killed.
    package var hangGraceNanoseconds: UInt64 = .milliseconds(500)
    /// How long it may take to load the model, or to bind a snapshot.
    package var startNanosecondsMax: UInt64 = .seconds(10)
    /// The wait before the first restart; it doubles with each end remembered.
    package var restartNanosecondsMin: UInt64 = .milliseconds(50)
    /// The longest wait before a restart.
    package var restartNanosecondsMax: UInt64 = .seconds(10)
    /// Ends within `crashLoopSpanNanoseconds` that put it into quarantine.
    package var crashLoopCount = 5
    /// How long an end is remembered.
    package var crashLoopSpanNanoseconds: UInt64 = .seconds(60)
    /// How long a quarantine lasts before one more start is tried.
    package var quarantineNanoseconds: UInt64 = .seconds(300)

    /// The defaults.
    package init() {}

    init(_ object: ObjectDecoder) {
        let wait = ConfigLimits.wait
        object.read("memory", .byteSize(in: ConfigLimits.workerMemory), into: &memoryBytes)
        object.read(
            "calls_in_flight",
            .integer(in: ConfigLimits.workerCalls),
            into: &callsInFlight
        )
        object.read("hang_grace", .nanoseconds(in: wait), into: &hangGraceNanoseconds)
        object.read("start_timeout", .nanoseconds(in: wait), into: &startNanosecondsMax)
        object.read("restart_minimum", .nanoseconds(in: wait), into: &restartNanosecondsMin)
        object.read("restart_maximum", .nanoseconds(in: wait), into: &restartNanosecondsMax)
        object.read("crash_loop", .integer(in: ConfigLimits.workerEnds), into: &crashLoopCount)
        object.read("crash_loop_span", .nanoseconds(in: wait), into: &crashLoopSpanNanoseconds)
        object.read("quarantine", .nanoseconds(in: wait), into: &quarantineNanoseconds)
        checkOrder(object)
    }

    private func checkOrder(_ object: ObjectDecoder) {
        guard restartNanosecondsMin > restartNanosecondsMax else { return }
        let place = object.place(of: "restart_minimum") ?? object.place(of: "restart_maximum")
        object.report(
            .order,
            "`restart_minimum` must not be longer than `restart_maximum`",
            at: place ?? object.span
        )
    }
}
