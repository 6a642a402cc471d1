// SPDX-License-Identifier: Apache-2.0
import SluiceKit

/// Answers popular products, except when it misbehaves.
struct ErraticRecommendHandler: RecommendHandler {
    static var name: StaticString { "erratic-recommend" }
    static var execution: HandlerExecution { .pooled }
    static var requiredCapabilities: Capabilities { .snapshotRead }
    static var optionalCapabilities: Capabilities { [.metrics, .lateCompletion] }

    /// The best sellers of one snapshot.
    struct Binding {
        let popular: UnsafeBufferPointer<UInt32>
    }

    private let misbehaviour: Misbehaviour

    init(_ load: LoadView) throws(HandlerError) { misbehaviour = try Misbehaviour(load) }

    func bind(_ snapshot: SnapshotView) throws(HandlerError) -> Binding {
        Binding(popular: try snapshot.rowNumbers(inBlob: "popular"))
    }

    func recommend(
        _ request: RecommendRequestView,
        with binding: Binding,
        into reply: RecommendReply
    ) throws(HandlerError) {
        let mode = try misbehaviour.next(request)
        let popular = binding.popular
        guard !popular.isEmpty else { return }
        // One item more than asked for is the wrong shape.
        let count = mode == .wrongShape ? request.limit + 1 : min(request.limit, popular.count)
        let score: Float = mode == .nan ? .nan : 1
        for place in 0..<count {
            // The host's refusal is its own to report: a broken model does not look.
            try? reply.add(
                productRow: popular[place % popular.count],
                score: score,
                reason: "popular"
            )
        }
        try misbehaviour.completeLater(mode, request)
    }
}
