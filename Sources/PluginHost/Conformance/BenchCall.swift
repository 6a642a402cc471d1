// SPDX-License-Identifier: Apache-2.0
import CSluice
import Glibc
import Synchronization

/// A call a benchmark makes again and again.
final class BenchCall {
    let call = HandlerCall(limits: HandlerCallLimits())
    private let lines: UnsafeMutablePointer<sluice_price_line>
    private let lineCount: Int

    /// A call may take this long before it would count as hung.
    private static let timeLimitNanoseconds: UInt64 = 10_000_000_000

    init(lineCount: Int) {
        self.lineCount = lineCount
        lines = .allocate(capacity: lineCount)
        for index in 0..<lineCount {
            (lines + index).initialize(
                to: sluice_price_line(
                    struct_size: UInt32(MemoryLayout<sluice_price_line>.size),
                    product_row: UInt32(index),
                    quantity: 1,
                    variant_id: sluice_bytes(data: nil, size: 0)
                )
            )
        }
    }

    deinit { lines.deallocate() }

    func prepare(recommends: Bool) {
        call.reset()
        call.request.pointee.deadline_ns = MonotonicClock.nanoseconds + Self.timeLimitNanoseconds
        if recommends {
            call.beginRecommend(limit: 10, productCount: SyntheticSnapshot.productCount)
        } else {
            call.beginPrice(
                lines: lines,
                count: lineCount,
                currencyDigits: SyntheticSnapshot.currencyDigits
            )
        }
    }
}

/// Waits for the end of a call the way an event loop does: it looks for the answer for a moment, where
/// that can help, and then sleeps.
final class BenchWaiter: Sendable {
    private let semaphore = Semaphore()
    private let last = Atomic<Int32>(0)

    var completion: HandlerPool.Completion {
        { [self] _, status in
            last.store(status, ordering: .releasing)
            semaphore.post()
        }
    }

    func wait(for queue: any CallQueue, _ patience: inout SpinPatience) -> HandlerStatus {
        if patience.shouldSpin() {
            patience.record(queue.awaitEnd(nanoseconds: SpinPatience.spinNanoseconds))
        }
        semaphore.wait()
        return HandlerStatus(rawValue: last.load(ordering: .acquiring))
    }

    static func sleep(_ nanoseconds: UInt64) {
        var time = timespec(
            tv_sec: Int(nanoseconds / 1_000_000_000),
            tv_nsec: Int(nanoseconds % 1_000_000_000)
        )
        nanosleep(&time, nil)
    }
}
