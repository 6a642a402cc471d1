// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Synchronization

/// Makes the record of a run from what the sending threads hand over, on a thread of its own.
final class RecordWriter: Sendable {
    /// Batches that may wait: what is more is encoded on the sending thread, which then is late and
    /// says so.
    private static let waitingMaximum = 8

    private struct State {
        var spare: [[RequestSample]] = []
        var waiting = 0
    }

    private let queue = DispatchQueue(label: "loadtest.record")
    private let state = Mutex(State())
    /// Locked by one batch at a time.
    private let builder = Mutex(RecordBuilder())
    private let progress: RunProgress?

    /// - Parameter progress: Told of every batch.
    init(progress: RunProgress? = nil) { self.progress = progress }

    /// Takes a batch and gives an empty buffer for the next.
    func exchange(_ batch: SampleBatch) -> [RequestSample] {
        let (buffer, isBusy) = state.withLock { state in
            state.waiting += 1
            return (state.spare.popLast(), state.waiting > Self.waitingMaximum)
        }
        if isBusy {
            queue.sync { encode(batch) }
        } else {
            queue.async { self.encode(batch) }
        }
        if let buffer { return buffer }
        var fresh: [RequestSample] = []
        fresh.reserveCapacity(batch.samples.count)
        return fresh
    }

    /// Everything that was handed over, encoded.
    func finish() -> RecordBuilder.Parts {
        queue.sync { builder.withLock { $0.finish() } }
    }

    private func encode(_ batch: SampleBatch) {
        progress?.add(batch)
        builder.withLock { $0.add(batch) }
        var buffer = batch.samples
        buffer.removeAll(keepingCapacity: true)
        state.withLock { state in
            state.waiting -= 1
            if state.spare.count < Self.waitingMaximum { state.spare.append(buffer) }
        }
    }
}
