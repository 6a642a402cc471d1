// SPDX-License-Identifier: Apache-2.0
import CSluice

/// What a recommendation is for.
///
/// Source: sluice_plugin.h, `SLUICE_INTENT_…`.
public enum RecommendIntent: UInt32, Sendable {
    /// Products like the one being looked at.
    case related = 1
    /// Products that go with what is in the cart.
    case complementary = 2
}

/// What to recommend products for.
///
/// Row numbers are products of the bound snapshot.
///
/// Lifetime: until the call ends.
public struct RecommendRequestView: RequestView {
    /// The call the request belongs to.
    public let call: CallView
    private let recommend: UnsafePointer<sluice_recommend_request>

    @usableFromInline
    init?(_ call: CallView) {
        guard call.request.pointee.kind == HandlerKind.recommend.rawValue,
            let recommend = call.request.pointee.recommend
        else { return nil }
        self.call = call
        self.recommend = recommend
    }

    /// What the recommendation is for; an unknown intent reads as `related`.
    public var intent: RecommendIntent {
        RecommendIntent(rawValue: recommend.pointee.intent) ?? .related
    }
    /// Answer at most this many items.
    public var limit: Int { Int(recommend.pointee.limit) }
    /// The product being looked at.
    public var focusRow: UInt32? { rowNumber(recommend.pointee.focus_row) }
    /// Products seen in the session, oldest first.
    public var sessionRows: UnsafeBufferPointer<UInt32> {
        rows(recommend.pointee.session_rows, recommend.pointee.session_count)
    }
    /// Products in the cart, oldest first.
    public var cartRows: UnsafeBufferPointer<UInt32> {
        rows(recommend.pointee.cart_rows, recommend.pointee.cart_count)
    }
    /// Products that must not be answered.
    public var excludeRows: UnsafeBufferPointer<UInt32> {
        rows(recommend.pointee.exclude_rows, recommend.pointee.exclude_count)
    }
    /// The only products that may be answered; nil for the whole catalogue.
    public var candidateRows: UnsafeBufferPointer<UInt32>? {
        recommend.pointee.candidate_rows.map {
            UnsafeBufferPointer(start: $0, count: Int(recommend.pointee.candidate_count))
        }
    }

    private func rows(
        _ start: UnsafePointer<UInt32>?,
        _ count: UInt32
    ) -> UnsafeBufferPointer<UInt32> {
        UnsafeBufferPointer(start: start, count: start == nil ? 0 : Int(count))
    }
}
