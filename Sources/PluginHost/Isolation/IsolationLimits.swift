// SPDX-License-Identifier: Apache-2.0

extension Limits {
    // MARK: Isolated workers

    /// Most calls a worker has at once: one thread executes, so a longer queue is late already, and
    /// one machine word holds who is free.
    package static let workerCallsMax = 64
    /// Bytes of the largest request: 500 lines whose keys are as long as a snapshot allows.
    static let ringRequestBytes = 320 << 10
    /// Bytes of the largest reply: 1,000 items or 500 prices, their words and a message.
    static let ringReplyBytes = 64 << 10
    /// Different rules or reasons in one reply: models have a handful.
    static let ringWordsMax = 256
    /// Different rules or reasons a worker may ever say: they are kept as long as the model.
    static let workerWordsMax = 1024
    /// Most lines of a cart and most items of a list a ring message may have.
    static let ringEntriesMax = 1000
    /// Most rows of one list of a recommend request: what fits a request of that size.
    static let ringRowsMax = 65_536
    /// Longest control message in bytes: what a socket takes in one piece by default.
    static let workerMessageBytes = 160 << 10
    /// Longest message a worker may say about an error, in bytes.
    static let workerTextBytes = 1024
    /// Snapshots a worker may hold at once: the serving one, the one that drains, and one beside.
    static let workerBindingsMax = 4
    /// How often a worker's memory is looked at, and how often it tells its metrics.
    static let workerSampleNanoseconds: UInt64 = 100_000_000
    /// How long a worker may take to end by itself when it is told to stop.
    static let workerStopNanoseconds: UInt64 = 2_000_000_000
}
