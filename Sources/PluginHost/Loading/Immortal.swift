// SPDX-License-Identifier: Apache-2.0

/// A C table that is written once and then never changed or freed.
///
/// `@unchecked Sendable` because memory nobody writes to may be read from every thread.
struct Immortal<Table>: @unchecked Sendable {
    let pointer: UnsafePointer<Table>

    init(_ table: Table) {
        let memory = UnsafeMutablePointer<Table>.allocate(capacity: 1)
        memory.initialize(to: table)
        pointer = UnsafePointer(memory)
    }
}

/// A pointer of the plugin's own, which the host only hands back.
///
/// `@unchecked Sendable` because the host never looks behind it, and sluice_plugin.h ("Threads") has
/// the plugin accept it on every thread.
struct PluginOwned: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer?
}

/// Copies the first `size` bytes a plugin filled of a table into a zeroed one of the host's size.
///
/// This is the reading rule of sluice_plugin.h: what the plugin's size does not cover reads as zero,
/// what it covers beyond the host's own table is ignored.
func zeroFilledCopy<Table>(of source: UnsafePointer<Table>, size: UInt32, empty: Table) -> Table {
    var copy = empty
    withUnsafeMutableBytes(of: &copy) { target in
        target.copyMemory(
            from: UnsafeRawBufferPointer(start: source, count: min(Int(size), target.count))
        )
    }
    return copy
}
