// SPDX-License-Identifier: Apache-2.0
import Glibc
import SluiceKit
import Synchronization

/// Completes calls from threads of its own, which have all ended when it is released.
final class LateCompleter: Sendable {
    private struct Work {
        let call: PendingCall
        let times: Int
        let delayNanoseconds: UInt64
        let completer: Unmanaged<LateCompleter>
    }

    private let running = Atomic<Int>(0)

    deinit { while running.load(ordering: .acquiring) > 0 { sched_yield() } }

    func complete(_ call: PendingCall, times: Int, afterNanoseconds delay: UInt64) {
        running.wrappingAdd(1, ordering: .relaxed)
        let work = UnsafeMutablePointer<Work>.allocate(capacity: 1)
        work.initialize(
            to: Work(
                call: call,
                times: times,
                delayNanoseconds: delay,
                completer: Unmanaged.passUnretained(self)
            )
        )
        var thread = pthread_t()
        let status = pthread_create(
            &thread,
            nil,
            { argument in
                if let argument { LateCompleter.run(argument.assumingMemoryBound(to: Work.self)) }
                return nil
            },
            work
        )
        if status == 0 { pthread_detach(thread) } else { Self.run(work) }
    }

    private static func run(_ work: UnsafeMutablePointer<Work>) {
        let (call, times, delay) = (
            work.pointee.call, work.pointee.times, work.pointee.delayNanoseconds
        )
        let completer = work.pointee.completer
        work.deallocate()
        var time = timespec(
            tv_sec: Int(delay / 1_000_000_000),
            tv_nsec: Int(delay % 1_000_000_000)
        )
        nanosleep(&time, nil)
        for _ in 0..<times { call.complete() }
        // Not retained: the one that waits in `deinit` may not be brought back.
        completer._withUnsafeGuaranteedRef {
            _ = $0.running.wrappingSubtract(1, ordering: .releasing)
        }
    }
}
