// SPDX-License-Identifier: Apache-2.0
import Glibc
import SluiceKit
import Synchronization

/// What goes wrong, and in which calls.
///
/// Concurrency: the only state is an atomic count of calls, so every run of the same calls
/// misbehaves in the same places, whichever threads run them.
final class Misbehaviour: Sendable {
    /// The ways to go wrong; the raw values are the words of the settings.
    enum Mode: String, CaseIterable {
        case crash, delay, fail, hang, leak, nan, ok, overrun
        case doubleCompletion = "double_completion"
        case lateCompletion = "late_completion"
        case wrongShape = "wrong_shape"
    }

    /// No test waits longer than a minute.
    private static let delayMillisecondsMax: Int64 = 60_000
    /// Well beyond any gateway's budget.
    private static let delayMillisecondsDefault: Int64 = 100
    /// A leak of a gigabyte in one call is a crash.
    private static let leakMebibytesMax: Int64 = 1024
    /// Some calls, and any worker is at its limit.
    private static let leakMebibytesDefault: Int64 = 16

    private let mode: Mode
    private let oneIn: UInt64
    private let place: UInt64
    private let delayMilliseconds: Int64
    private let leakMebibytes: Int64
    private let completer = LateCompleter()
    private let host: HostServices
    private let calls: Counter
    private let misbehaved: Counter
    private let callCount = Atomic<UInt64>(0)

    init(_ load: LoadView) throws(HandlerError) {
        let settings = try load.settings(
            keys: ["mode", "one_in", "delay_milliseconds", "leak_mebibytes", "seed"]
        )
        guard let mode = try settings.choice("mode", of: Mode.self) else {
            throw settings.refusal(
                expected: "one of " + Mode.allCases.map(\.rawValue).joined(separator: ", "),
                "mode"
            )
        }
        self.mode = mode
        oneIn = UInt64(try settings.integer("one_in", in: 1...1_000_000) ?? 1)
        place = UInt64(try settings.integer("seed", in: 0...Int64.max) ?? 0) % oneIn
        delayMilliseconds =
            try settings.integer("delay_milliseconds", in: 0...Self.delayMillisecondsMax)
            ?? Self.delayMillisecondsDefault
        leakMebibytes =
            try settings.integer("leak_mebibytes", in: 1...Self.leakMebibytesMax)
            ?? Self.leakMebibytesDefault
        host = load.host
        calls = try load.host.counter("calls")
        misbehaved = try load.host.counter("misbehaved")
    }

    /// Counts the call and answers how it goes wrong: `ok` when it does not.
    ///
    /// A delay or an overrun has passed when this returns; the caller then answers as usual.
    func next(_ request: some RequestView) throws(HandlerError) -> Mode {
        calls.add()
        let call = callCount.wrappingAdd(1, ordering: .relaxed).oldValue
        guard mode != .ok, call % oneIn == place else { return .ok }
        misbehaved.add()
        switch mode {
        case .delay: sleep()
        case .overrun: spin(past: request.remainingNanoseconds)
        case .fail: throw HandlerError(.internal, "erratic: failed on purpose")
        case .hang: hang()
        case .crash: abort()
        case .leak: leak()
        case .nan, .wrongShape, .ok, .doubleCompletion, .lateCompletion: break
        }
        return mode
    }

    /// Leaves an answered call to a thread that completes it, too often or too late.
    func completeLater(_ mode: Mode, _ request: some RequestView) throws(HandlerError) {
        guard mode == .doubleCompletion || mode == .lateCompletion else { return }
        let delay = UInt64(delayMilliseconds) * 1_000_000
        let isLate = mode == .lateCompletion
        let longest = UInt64(Self.delayMillisecondsMax) * 1_000_000
        completer.complete(
            request.pendingCall,
            times: isLate ? 1 : 2,
            afterNanoseconds: isLate ? min(request.remainingNanoseconds, longest) + delay : 0
        )
        throw .pending
    }

    /// Deaf to everything, for ever.
    private func hang() -> Never {
        while true { sleep(milliseconds: Self.delayMillisecondsMax) }
    }

    /// Touched, so that it is really taken, and never given back.
    ///
    /// Mapped, as an optimising compiler drops an allocation that nobody reads.
    private func leak() {
        let size = Int(leakMebibytes) << 20
        let access = PROT_READ | PROT_WRITE
        let memory = mmap(nil, size, access, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != MAP_FAILED else { return }
        memset(memory, 1, size)
    }

    private func sleep() { sleep(milliseconds: delayMilliseconds) }

    private func sleep(milliseconds delayMilliseconds: Int64) {
        var time = timespec(
            tv_sec: Int(delayMilliseconds / 1_000),
            tv_nsec: Int(delayMilliseconds % 1_000) * 1_000_000
        )
        nanosleep(&time, nil)
    }

    /// Works on, deaf to deadline and cancellation, until the delay after the deadline.
    private func spin(past remaining: UInt64) {
        let delay = UInt64(delayMilliseconds) * 1_000_000
        let longest = UInt64(Self.delayMillisecondsMax) * 1_000_000
        let start = host.monotonicNanoseconds
        while host.monotonicNanoseconds - start < min(remaining, longest) + delay {}
    }
}
