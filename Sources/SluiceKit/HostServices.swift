// SPDX-License-Identifier: Apache-2.0
import CSluice

/// How urgent a log line is.
///
/// Source: sluice_plugin.h, `SLUICE_LOG_…`.
public enum LogLevel: UInt32, Sendable {
    /// For whoever develops the plugin.
    case debug = 1
    /// For whoever operates it.
    case info = 2
    /// Something is off but handled.
    case warning = 3
    /// Something failed.
    case error = 4
}

/// What the host does for a plugin.
///
/// Lifetime: as long as the process. Concurrency: callable from any thread.
public struct HostServices: @unchecked Sendable {
    // Sendable: the table is immutable and its functions may be called from any thread
    // (sluice_plugin.h, "What the host offers").
    private let table: UnsafePointer<sluice_host>

    init(_ table: UnsafePointer<sluice_host>) { self.table = table }

    /// What the host offers.
    public var capabilities: Capabilities { Capabilities(rawValue: table.pointee.capabilities) }

    /// Nanoseconds on a clock that never goes back; manual in tests and simulation.
    public var monotonicNanoseconds: UInt64 { table.pointee.monotonic_ns?(table) ?? 0 }

    /// Writes one structured log line with the plugin's name; the host limits the rate.
    public func log(_ level: LogLevel, _ text: String) {
        var text = text
        text.withUTF8 {
            let bytes = sluice_bytes(data: $0.baseAddress, size: UInt64($0.count))
            table.pointee.log?(table, level.rawValue, bytes)
        }
    }

    /// Registers a counter, or finds the one of that name; during load only.
    ///
    /// - Parameter name: `[a-z0-9_]+`; the host prefixes `sluice_plugin_<plugin>_`.
    /// - Returns: the counter; one that counts nothing when the host offers no metrics.
    /// - Throws: `resourceExhausted` past the plugin's series cap.
    public func counter(_ name: StaticString) throws(HandlerError) -> Counter {
        guard capabilities.contains(.metrics), let register = table.pointee.counter_register,
            let add = table.pointee.counter_add
        else { return Counter(host: table, series: 0, add: nil) }
        var series: UInt32 = 0
        guard register(table, sluice_bytes(name), &series) == Int32(SLUICE_OK) else {
            throw HandlerError(.resourceExhausted, "the host refused the counter \(name)")
        }
        return Counter(host: table, series: series, add: add)
    }

    func pendingCall(_ request: UnsafePointer<sluice_request>) -> PendingCall {
        PendingCall(table, request.pointee.handle)
    }

    func remainingNanoseconds(of request: UnsafePointer<sluice_request>) -> UInt64 {
        table.pointee.remaining_ns?(table, request) ?? 0
    }

    func isCancelled(_ request: UnsafePointer<sluice_request>) -> Bool {
        table.pointee.is_cancelled?(table, request) == 1
    }

    func allocate(
        for request: UnsafePointer<sluice_request>,
        size: Int,
        alignment: Int
    ) -> UnsafeMutableRawPointer? {
        table.pointee.arena_allocate?(table, request, UInt64(size), UInt64(alignment))
    }

    func blob(_ name: StaticString, of snapshot: UnsafePointer<sluice_snapshot>) -> sluice_bytes {
        table.pointee.snapshot_blob?(table, snapshot, sluice_bytes(name)) ?? sluice_bytes()
    }
}

/// A metric that only grows.
public struct Counter: @unchecked Sendable {
    // Sendable: as for HostServices.
    typealias Add = @convention(c) (UnsafePointer<sluice_host>?, UInt32, UInt64) -> Void

    private let host: UnsafePointer<sluice_host>
    private let series: UInt32
    private let function: Add?

    init(host: UnsafePointer<sluice_host>, series: UInt32, add: Add?) {
        self.host = host
        self.series = series
        function = add
    }

    /// Adds to the counter; never blocks or allocates.
    public func add(_ amount: UInt64 = 1) { function?(host, series, amount) }
}
