// SPDX-License-Identifier: Apache-2.0
import CSluice

/// Where a recommendation handler writes its answer, best first.
///
/// Lifetime: until the call ends.
public struct RecommendReply {
    private let reply: UnsafeMutablePointer<sluice_reply>

    @usableFromInline
    init(_ call: CallView) { reply = call.reply }

    /// Adds one product after those added before.
    ///
    /// - Parameters:
    ///   - productRow: the product's row.
    ///   - score: finite; larger is better.
    ///   - reason: a short machine-readable word, such as `bought_together`.
    /// - Throws: `outOfRange` for a row that does not exist or an item past the limit,
    ///   `invalidArgument` for a score that is not finite.
    public func add(
        productRow: UInt32,
        score: Float,
        reason: StaticString
    ) throws(HandlerError) {
        var item = sluice_item()
        item.struct_size = structSize(sluice_item.self)
        item.product_row = productRow
        item.score = score
        item.reason = sluice_bytes(reason)
        try refuse(reply.pointee.add_item(reply, &item), "the host refused the item")
    }
}
