// SPDX-License-Identifier: Apache-2.0

/// The ranges settings may have: wide enough for any real gateway, narrow enough to catch slips.
enum ConfigLimits {
    /// TCP ports; 0 asks the system for a free one, as tests do.
    static let port = 0...65_535
    /// Threads, at most: far beyond any machine's cores.
    static let threads = 1...1024
    /// Threads of one pool: what the plugin host runs at most.
    static let poolThreads = 1...64
    /// Shortest and longest wait of anything: a day is for those who never want it to end.
    static let wait: ClosedRange<Duration> = .milliseconds(1) ... .seconds(86_400)
    /// Waits that may also be none.
    static let optionalWait: ClosedRange<Duration> = .zero ... .seconds(86_400)
    /// A request's budget: more than ten seconds is no edge request.
    static let budget: ClosedRange<Duration> = .milliseconds(1) ... .seconds(10)
    /// Breaker times: nanoseconds up to a day, as the breaker itself allows.
    static let breakerWait: ClosedRange<Duration> = .nanoseconds(1) ... .seconds(86_400)
    /// Breaker buckets: short enough to notice, long enough to hold a call.
    static let breakerBucket: ClosedRange<Duration> = .milliseconds(100) ... .seconds(6)
    /// Calls a breaker's window can hold before it counts.
    static let breakerCalls = 1...4_000
    /// Failures in a row a breaker can tell apart by time.
    static let breakerFailures = 1...16
    /// Trials of a half-open breaker: four bits of its word.
    static let breakerTrials = 1...15
    /// Shares that mean something: a rate of none would always hold.
    static let rate = 1...10_000
    /// Price guards, in basis points of the list price: up to a hundred times it.
    static let guardBasisPoints = 0...1_000_000
    /// The parts of a whole, in basis points.
    static let wholeBasisPoints = 10_000
    /// Lines of one cart.
    static let lines = 1...500
    /// Products in one recommendation.
    static let items = 1...1000
    /// Remembered answers: each holds memory for ever.
    static let cacheCapacity = 0...1_048_576
    /// Snapshots kept on disk: the one in force and others to go back to.
    static let snapshotsKept = 1...1000
    /// Bytes a second a snapshot is loaded with: slower would never end, faster is no bound.
    static let loadBandwidth = (1 << 20)...(64 << 30)
    /// Requests of a warm-up: what the event loops keep.
    static let warmUpRequests = 0...1_000
    /// Waits of a publication, which holds up the next one.
    static let publishingWait: ClosedRange<Duration> = .milliseconds(1) ... .seconds(600)
    /// Retired images: each is some megabytes that never come back.
    static let retiredImages = 0...1_000
    /// Delays of a queue: a scheduler's slice up to what no shopper waits for.
    static let queueTime: ClosedRange<Duration> = .microseconds(100) ... .seconds(10)
    /// How long a shopper stays in or out: a page view up to a day.
    static let saltPeriod: ClosedRange<Duration> = .seconds(1) ... .seconds(86_400)
    /// Requests of one kind that an event loop has at work: each holds memory for ever.
    static let atWork = 1...1_024
    /// A pool's queue: longer than this and every call in it is late.
    static let poolQueue = 1...1_024
    /// A shadow's calls at once: as many as one event loop has slots for.
    static let shadowCalls = 1...64
    /// A worker's memory: what the runtime and a small model need, and more than a machine has.
    static let workerMemory = 64 << 20...1 << 40
    /// Calls of one worker: as many as the plugin host lets it have.
    static let workerCalls = 1...64
    /// Ends of a worker that are remembered: more and quarantine means nothing.
    static let workerEnds = 1...1_000
}

extension UInt64 {
    /// Nanoseconds in so many milliseconds.
    static func milliseconds(_ count: UInt64) -> UInt64 { count * 1_000_000 }
    /// Nanoseconds in so many seconds.
    static func seconds(_ count: UInt64) -> UInt64 { count * 1_000_000_000 }
}
