// SPDX-License-Identifier: Apache-2.0
import CSluice

/// What a handler answers.
///
/// Source: sluice_plugin.h, `SLUICE_KIND_…`.
public enum HandlerKind: UInt32, Sendable {
    /// A price for each line of a cart.
    case price = 1
    /// An ordered list of products.
    case recommend = 2
}

/// Where a handler wishes to run.
///
/// Source: sluice_plugin.h, `SLUICE_EXECUTION_…`.
public enum HandlerExecution: UInt32, Sendable {
    /// On the event loop: microseconds, no blocking.
    case inline = 1
    /// On a bounded pool of threads of its own.
    case pooled = 2
    /// In a supervised worker process.
    case isolated = 3
}

/// How many threads may execute one model.
///
/// Source: sluice_plugin.h, `SLUICE_THREADING_…`.
public enum HandlerThreading: UInt32, Sendable {
    /// One call at a time for each model.
    case serial = 1
    /// Any number of threads at once.
    case reentrant = 2
}

/// What a handler needs of the host.
///
/// Source: sluice_plugin.h, `SLUICE_CAPABILITY_…`.
public struct Capabilities: OptionSet, Sendable {
    /// The bits as they cross the boundary.
    public let rawValue: UInt64
    /// Rows by key and blobs by name.
    public static let snapshotRead = Capabilities(rawValue: 1 << 0)
    /// Counters and histograms.
    public static let metrics = Capabilities(rawValue: 1 << 1)
    /// Completion of a pending call.
    public static let lateCompletion = Capabilities(rawValue: 1 << 2)
    /// Asking whether a call was cancelled.
    public static let cancellation = Capabilities(rawValue: 1 << 3)

    /// Makes a set from its bits.
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// One version of a model: settings read once, then bound to snapshots and executed.
///
/// Conform to `PriceHandler` or `RecommendHandler`, which supply `kind` and `answer`.
/// Concurrency: `answer` may run on several threads at once unless `threading` is `serial`.
public protocol Handler: Sendable {
    /// What `bind` resolves once for each snapshot: columns, blobs, numbers derived from them.
    associatedtype Binding

    /// The name in the config: `[a-z0-9-]+`, at most 64 bytes, unique within the plugin.
    static var name: StaticString { get }
    /// What the handler answers.
    static var kind: HandlerKind { get }
    /// Where it wishes to run; `inline` unless stated.
    static var execution: HandlerExecution { get }
    /// How many threads may execute it; `reentrant` unless stated.
    static var threading: HandlerThreading { get }
    /// What it cannot do without; nothing unless stated.
    static var requiredCapabilities: Capabilities { get }
    /// What it uses when the host has it; nothing unless stated.
    static var optionalCapabilities: Capabilities { get }

    /// Reads settings and artifacts. May take its time and touch files.
    init(_ load: LoadView) throws(HandlerError)

    /// Resolves the names `answer` needs in one snapshot, which lives as long as the binding.
    func bind(_ snapshot: SnapshotView) throws(HandlerError) -> Binding

    /// Touches what the first request would touch; does nothing unless stated.
    func warmUp(_ binding: Binding) throws(HandlerError)

    /// Answers one call. Nothing the call passes in may be kept.
    func answer(_ call: CallView, with binding: Binding) throws(HandlerError)
}

extension Handler {
    /// On the event loop.
    public static var execution: HandlerExecution { .inline }
    /// Any number of threads at once.
    public static var threading: HandlerThreading { .reentrant }
    /// Nothing.
    public static var requiredCapabilities: Capabilities { [] }
    /// Nothing.
    public static var optionalCapabilities: Capabilities { [] }

    /// Does nothing.
    public func warmUp(_ binding: Binding) throws(HandlerError) {}
}

/// A handler that prices the lines of a cart.
public protocol PriceHandler: Handler {
    /// Sets the price of every line exactly once, or throws.
    func price(
        _ request: PriceRequestView,
        with binding: Binding,
        into reply: PriceReply
    ) throws(HandlerError)
}

extension PriceHandler {
    /// Prices.
    public static var kind: HandlerKind { .price }

    /// Calls `price` with the request's typed view.
    @inlinable
    public func answer(_ call: CallView, with binding: Binding) throws(HandlerError) {
        guard let request = PriceRequestView(call) else {
            throw HandlerError(.unimplemented, "this handler answers price requests only")
        }
        try price(request, with: binding, into: PriceReply(call))
    }
}

/// A handler that recommends products.
public protocol RecommendHandler: Handler {
    /// Adds at most `request.limit` products, best first, or throws.
    func recommend(
        _ request: RecommendRequestView,
        with binding: Binding,
        into reply: RecommendReply
    ) throws(HandlerError)
}

extension RecommendHandler {
    /// Recommends.
    public static var kind: HandlerKind { .recommend }

    /// Calls `recommend` with the request's typed view.
    @inlinable
    public func answer(_ call: CallView, with binding: Binding) throws(HandlerError) {
        guard let request = RecommendRequestView(call) else {
            throw HandlerError(.unimplemented, "this handler answers recommendation requests only")
        }
        try recommend(request, with: binding, into: RecommendReply(call))
    }
}
