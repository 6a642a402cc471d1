// SPDX-License-Identifier: Apache-2.0
import CSluice
import Dispatch
import Foundation
import Synchronization

/// Makes calls of a binding the way its handler wishes to be run.
final class CheckCalls {
    struct Outcome: CustomStringConvertible {
        let status: HandlerStatus
        let fault: ReplyFault?
        let message: String

        var description: String { "\(status)\(message)" }
    }

    /// How long a call may take before it counts as one that never ends.
    private static let timeLimitSeconds = 10

    private let binding: ModelBinding
    private let snapshot: SyntheticSnapshot
    private let call = HandlerCall(limits: HandlerCallLimits())
    private let lines: UnsafeMutablePointer<sluice_price_line>
    private let ended = Ending()
    private var pool: HandlerPool?

    /// The largest request of the handler's kind.
    var sizeMax: Int { binding.model.handler.kind == .price ? 500 : 100 }

    init(_ binding: ModelBinding, _ snapshot: SyntheticSnapshot) {
        self.binding = binding
        self.snapshot = snapshot
        lines = .allocate(capacity: 500)
        guard !binding.model.handler.mayRunInline else { return }
        pool = HandlerPool(
            name: "check",
            threads: 1,
            queueCapacity: 1,
            readers: ReaderProvider(
                make: { Unmanaged.passUnretained($0 as AnyObject).toOpaque() },
                release: { _ in }
            ),
            completion: { [ended] _, status in ended.signal(HandlerStatus(rawValue: status)) }
        )
    }

    deinit { lines.deallocate() }

    /// Prices `size` lines or asks for `size` products, and waits for the end.
    @discardableResult
    func execute(size: Int) -> Outcome {
        guard call.isIdle else {
            return Outcome(status: .deadlineExceeded, fault: nil, message: "")
        }
        prepare(size)
        let status = run()
        guard call.isIdle else { return Outcome(status: status, fault: nil, message: "") }
        let text = call.messageText
        let message = text.isEmpty ? "" : ": " + String(decoding: text, as: UTF8.self)
        return Outcome(status: status, fault: call.replyFault, message: message)
    }

    private func run() -> HandlerStatus {
        guard let pool else {
            return HandlerStatus(rawValue: binding.execute(call, reader: snapshot.reader))
        }
        guard pool.submit(call, binding: binding) else { return .resourceExhausted }
        guard let status = ended.wait(seconds: Self.timeLimitSeconds) else {
            pool.abandon(call)
            return .deadlineExceeded
        }
        return status
    }

    private func prepare(_ size: Int) {
        call.reset()
        call.request.pointee.deadline_ns =
            MonotonicClock.nanoseconds + UInt64(Self.timeLimitSeconds) * 1_000_000_000
        call.request.pointee.unix_milliseconds = 1_767_225_600_000
        call.request.pointee.customer_row = 1
        switch binding.model.handler.kind {
        case .price: preparePrice(size)
        case .recommend, .infer: prepareRecommend(size)
        }
    }

    private func preparePrice(_ size: Int) {
        for index in 0..<size {
            (lines + index).initialize(
                to: sluice_price_line(
                    struct_size: UInt32(MemoryLayout<sluice_price_line>.size),
                    product_row: UInt32(index),
                    quantity: Int64(1 + index % 20),
                    variant_id: sluice_bytes(data: nil, size: 0)
                )
            )
        }
        call.beginPrice(
            lines: lines,
            count: size,
            currencyDigits: SyntheticSnapshot.currencyDigits
        )
    }

    private func prepareRecommend(_ size: Int) {
        let productCount = Int(snapshot.view.pointee.entities.pointee.row_count)
        call.beginRecommend(limit: size, productCount: productCount)
        let count = 3
        let bytes = count * MemoryLayout<UInt32>.stride
        guard let rows = call.arena.allocate(bytes, alignment: 4) else { return }
        let session = rows.initializeMemory(as: UInt32.self, from: [1, 2, 3], count: count)
        call.recommendRequest.pointee.session_rows = UnsafePointer(session)
        call.recommendRequest.pointee.session_count = UInt32(count)
    }
}

/// The end of a pooled call, for a thread that waits for it.
private final class Ending: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let last = Mutex(HandlerStatus.unknown)

    func signal(_ status: HandlerStatus) {
        last.withLock { $0 = status }
        semaphore.signal()
    }

    func wait(seconds: Int) -> HandlerStatus? {
        let outcome = semaphore.wait(timeout: .now() + .seconds(seconds))
        return outcome == .success ? last.withLock { $0 } : nil
    }
}

/// What this process holds at one moment.
struct ProcessUsage {
    let residentBytes: Int
    let threads: Int

    static var current: ProcessUsage {
        func field(_ name: String) -> Int {
            let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
            return line?.split(whereSeparator: \.isWhitespace).dropFirst().first
                .flatMap { Int($0) } ?? 0
        }
        return ProcessUsage(residentBytes: field("VmRSS") * 1024, threads: field("Threads"))
    }
}
