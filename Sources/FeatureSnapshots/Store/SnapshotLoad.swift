// SPDX-License-Identifier: Apache-2.0
import Glibc

/// One loading of a snapshot, which reads no faster than it may.
///
/// Concurrency: one thread, which rests where the pace says so.
final class SnapshotLoad {
    private var pace: LoadPace?

    /// Bytes of the map brought into memory at a time: some tens of microseconds of page tables, as
    /// other threads' page faults and maps may have to wait meanwhile.
    static let sliceBytes = 1 << 20

    /// A load of at most so many bytes a second; nil for as fast as the disk.
    init(bytesPerSecond: Int?) {
        pace = bytesPerSecond.map { LoadPace(bytesPerSecond: $0, now: Self.now) }
    }

    /// Rests when `byteCount` bytes came too fast.
    func didRead(_ byteCount: Int) {
        guard let rest = pace?.rest(afterBytes: byteCount, now: Self.now), rest > 0 else { return }
        // A signal ends the rest early, which the next piece makes up for.
        var time = timespec(
            tv_sec: Int(rest / 1_000_000_000),
            tv_nsec: Int(rest % 1_000_000_000)
        )
        nanosleep(&time, nil)
    }

    private static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
