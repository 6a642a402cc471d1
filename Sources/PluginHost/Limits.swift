// SPDX-License-Identifier: Apache-2.0

/// Every bound of the plugin host, each with its reason.
package enum Limits {
    // MARK: Files

    /// Largest plugin file in bytes: ten times the largest Swift plugin seen, with Foundation inside.
    package static let pluginFileBytesMax = 256 << 20
    /// Most program headers, section headers or dynamic entries read: linkers write tens.
    static let elfEntriesMax = 4096
    /// Most dynamic symbols read: libLLVM, the largest library at hand, has 90 thousand.
    static let elfSymbolsMax = 1 << 20
    /// Longest name read out of a string table, in bytes: the length of a path.
    static let elfNameBytesMax = 4096
    /// Most names kept for a report: the first hundred tell enough.
    static let reportedNamesMax = 100

    // MARK: Registration

    /// Most handlers of one plugin: the three kinds with room for variants.
    static let handlersMax = 16
    /// Longest handler name, model name or metric name, in bytes (sluice_plugin.h).
    static let nameBytesMax = 64
    /// Most inputs or outputs in a description: the widest model seen has below a hundred.
    static let tensorsMax = 256
    /// Bytes of a model description's names and platform.
    static let descriptionTextBytesMax = 128

    // MARK: Calls

    /// Longest rule name or reason, in bytes: a short machine-readable word.
    static let wordBytesMax = 64
    /// Room for a handler's message on a control call: one line of text.
    static let controlMessageBytes = 1024
    /// Largest alignment an arena gives, in bytes: a cache line (sluice_plugin.h).
    static let arenaAlignmentMax = 64
    /// Calls of one plugin that may be running or pending in pools at once; a power of two.
    static let completionSlots = 1024

    // MARK: Pools

    /// Most threads of one pool: more than the cores of an edge machine.
    package static let poolThreadsMax = 64
    /// Longest queue of one pool; a power of two.
    ///
    /// A thousand waiting calls of a millisecond are already a second late.
    package static let poolQueueMax = 1024
    /// Snapshots a pool thread keeps a reader for: the serving one and the one that drains.
    static let readersPerThread = 2

    /// How long an idle thread may hold a reader of an old snapshot before it looks, in nanoseconds.
    static let readersIdleNanosecondsMax: UInt64 = 500_000_000

    // MARK: Observation

    /// Metric series of one plugin, so that no plugin floods a scrape.
    package static let metricSeriesMax = 64
    /// Log lines of one plugin in one second; a louder one would drown the others.
    package static let logLinesPerSecond: UInt32 = 20
    /// Longest log line kept, in bytes.
    package static let logLineBytesMax = 1024
}
