// SPDX-License-Identifier: Apache-2.0
import CSluice
import Synchronization

/// Makes the table of services a plugin calls the host through.
enum HostTable {
    /// The table for one plugin.
    ///
    /// It and `state` live for ever.
    static func make(for state: PluginState) -> Immortal<sluice_host> {
        var table = sluice_host()
        table.struct_size = UInt32(MemoryLayout<sluice_host>.size)
        table.abi_major = PluginNote.hostABI.major
        table.abi_minor = PluginNote.hostABI.minor
        table.capabilities = CapabilitySet.offered.rawValue
        table.context = Unmanaged.passRetained(state).toOpaque()
        addObservation(to: &table)
        addCallServices(to: &table)
        addSnapshotServices(to: &table)
        return Immortal(table)
    }

    private static func addObservation(to table: inout sluice_host) {
        table.log = { host, level, text in
            guard let state = HostTable.state(host), let bytes = text.buffer,
                state.logLimit.allows(at: state.services.monotonicNanoseconds())
            else { return }
            let line = UnsafeRawBufferPointer(rebasing: bytes.prefix(Limits.logLineBytesMax))
            state.services.log(LogLevel(rawValue: level) ?? .info, state.name, line)
        }
        table.monotonic_ns = { host in HostTable.state(host)?.services.monotonicNanoseconds() ?? 0 }
        table.counter_register = { host, name, series in
            HostTable.register(host, name, series, .counter)
        }
        table.histogram_register = { host, name, series in
            HostTable.register(host, name, series, .histogram)
        }
        table.counter_add = { host, series, amount in
            HostTable.state(host)?.metrics.add(amount, toCounter: series)
        }
        table.histogram_record = { host, series, nanoseconds in
            HostTable.state(host)?.metrics.record(nanoseconds, inHistogram: series)
        }
    }

    private static func addCallServices(to table: inout sluice_host) {
        table.remaining_ns = { host, request in
            guard let state = HostTable.state(host), let request else { return 0 }
            let now = state.services.monotonicNanoseconds()
            return request.pointee.deadline_ns > now ? request.pointee.deadline_ns - now : 0
        }
        table.is_cancelled = { _, request in
            HostTable.call(request)?.pointee.isCancelled == true ? 1 : 0
        }
        table.arena_allocate = { _, request, size, alignment in
            guard let size = Int(exactly: size), let alignment = Int(exactly: alignment) else {
                return nil
            }
            return HostTable.call(request)?.pointee.arena.allocate(size, alignment: alignment)
        }
        table.complete = { host, handle, status in
            guard let state = HostTable.state(host) else {
                return HandlerStatus.invalidArgument.rawValue
            }
            let ended = state.completions.complete(handle, HandlerStatus(rawValue: status))
            return (ended ? HandlerStatus.ok : .notFound).rawValue
        }
    }

    private static func addSnapshotServices(to table: inout sluice_host) {
        table.snapshot_find_row = { host, request, entity, key in
            guard let state = HostTable.state(host), key.buffer != nil else { return UInt32.max }
            let reader =
                request == nil ? WarmUpReader.current : HostTable.call(request)?.pointee.reader
            guard let reader else { return UInt32.max }
            return state.services.findRow(reader, entity, key)
        }
        table.snapshot_blob = { host, snapshot, name in
            guard let state = HostTable.state(host), let opaque = snapshot?.pointee.host_snapshot,
                name.buffer != nil
            else { return sluice_bytes(data: nil, size: 0) }
            return state.services.blob(opaque, name)
        }
    }

    private static func register(
        _ host: UnsafePointer<sluice_host>?,
        _ name: sluice_bytes,
        _ series: UnsafeMutablePointer<UInt32>?,
        _ kind: PluginMetrics.Kind
    ) -> Int32 {
        guard let state = HostTable.state(host), let series, let name = name.buffer else {
            return HandlerStatus.invalidArgument.rawValue
        }
        switch state.metrics.register(name, kind) {
        case .success(let number):
            series.pointee = number
            return HandlerStatus.ok.rawValue
        case .failure(let refusal): return refusal.status.rawValue
        }
    }

    private static func state(_ host: UnsafePointer<sluice_host>?) -> PluginState? {
        host?.pointee.context.map { Unmanaged<PluginState>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func call(
        _ request: UnsafePointer<sluice_request>?
    ) -> UnsafeMutablePointer<CallState>? {
        request?.pointee.host_call?.assumingMemoryBound(to: CallState.self)
    }
}
