// SPDX-License-Identifier: Apache-2.0
import CSluice
import Synchronization

/// A host in memory: a manual clock, one arena, metrics in a dictionary.
package final class HostFixture {
    /// How far the clock moves each time it is read, in nanoseconds.
    package var tickNanoseconds: UInt64 = 1_000
    /// Whether calls are said to be cancelled.
    package var isCancelled = false
    /// What was logged: level and text.
    package private(set) var lines: [String] = []
    /// Completions, by the handle they named; told from any thread.
    package var completions: [UInt64] { completed.withLock { $0 } }
    /// What the clock shows.
    package var nanoseconds: UInt64 { now }
    /// The values of the counters by name.
    package var counters: [String: UInt64] {
        Dictionary(uniqueKeysWithValues: zip(names, values))
    }

    let table: UnsafePointer<sluice_host>
    private let completed = Mutex<[UInt64]>([])
    private var now: UInt64 = 0
    private let memory = Memory()
    private let arena: UnsafeMutableRawPointer
    private let arenaCapacity: Int
    private var arenaUsed = 0
    private var names: [String] = []
    private var values: [UInt64] = []

    /// Makes a host.
    ///
    /// - Parameters:
    ///   - capabilities: the bits it offers; all by default.
    ///   - arenaCapacity: bytes a call may take.
    package init(capabilities: UInt64 = 0b1111, arenaCapacity: Int = 1 << 16) {
        self.arenaCapacity = arenaCapacity
        arena = memory.bytes(arenaCapacity)
        var host = sluice_host()
        host.struct_size = UInt32(MemoryLayout<sluice_host>.size)
        host.abi_major = 1
        host.capabilities = capabilities
        Self.fill(&host)
        let table = memory.copy([host])
        self.table = UnsafePointer(table)
        table.pointee.context = Unmanaged.passUnretained(self).toOpaque()
    }

    func reset() { arenaUsed = 0 }

    private static func fill(_ host: inout sluice_host) {
        host.log = { HostFixture.of($0).lines.append("\($1) \($2.string)") }
        host.monotonic_ns = { HostFixture.of($0).read() }
        host.counter_register = { host, name, series in
            series?.pointee = HostFixture.of(host).register(name)
            return 0
        }
        host.counter_add = { HostFixture.of($0).values[Int($1)] += $2 }
        host.remaining_ns = { host, request in
            let deadline = request?.pointee.deadline_ns ?? 0
            let now = HostFixture.of(host).now
            return deadline > now ? deadline - now : 0
        }
        host.is_cancelled = { host, _ in HostFixture.of(host).isCancelled ? 1 : 0 }
        host.complete = { host, handle, _ in
            HostFixture.of(host).completed.withLock { $0.append(handle) }
            return 0
        }
        host.arena_allocate = { host, _, size, alignment in
            HostFixture.of(host).allocate(Int(size), Int(alignment))
        }
        host.snapshot_blob = { _, snapshot, name in
            guard let fixture = snapshot?.pointee.host_snapshot else { return sluice_bytes() }
            return Unmanaged<SnapshotFixture>.fromOpaque(fixture).takeUnretainedValue().blob(name)
        }
    }

    private static func of(_ host: UnsafePointer<sluice_host>?) -> HostFixture {
        guard let context = host?.pointee.context else { preconditionFailure("no host") }
        return Unmanaged.fromOpaque(context).takeUnretainedValue()
    }

    private func read() -> UInt64 {
        now += tickNanoseconds
        return now
    }

    private func register(_ name: sluice_bytes) -> UInt32 {
        names.append(name.string)
        values.append(0)
        return UInt32(names.count - 1)
    }

    private func allocate(_ size: Int, _ alignment: Int) -> UnsafeMutableRawPointer? {
        let start = (arenaUsed + alignment - 1) / alignment * alignment
        guard start + size <= arenaCapacity else { return nil }
        arenaUsed = start + size
        return arena + start
    }
}
