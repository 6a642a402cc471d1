// SPDX-License-Identifier: Apache-2.0
import SessionNeighbours
import SluiceKit

/// Answers what came next in past sessions like the shopper's.
struct SessionsHandler: RecommendHandler {
    static var name: StaticString { "sessions" }
    static var requiredCapabilities: Capabilities { .snapshotRead }

    /// One snapshot's index with all that follows from the settings.
    struct Binding {
        let catalogue: Catalogue
        let model: SessionModel
        let spaces: SessionSpaces
    }

    private let parameters: SessionParameters

    init(_ load: LoadView) throws(HandlerError) {
        parameters = try SessionParameters(load)
    }

    func bind(_ snapshot: SnapshotView) throws(HandlerError) -> Binding {
        let catalogue = try Catalogue(snapshot)
        let bytes = snapshot.bytes(ofBlob: "sessions")
        guard !bytes.isEmpty else {
            throw HandlerError(
                .failedPrecondition,
                "the snapshot has no blob sessions; its source file needs features.sessions"
            )
        }
        let model = SessionModel(try Self.index(bytes), parameters)
        guard model.index.itemCount == catalogue.rowCount else {
            throw HandlerError(
                .failedPrecondition,
                "the blob sessions numbers \(model.index.itemCount) items, the snapshot has"
                    + " \(catalogue.rowCount) products"
            )
        }
        return Binding(catalogue: catalogue, model: model, spaces: SessionSpaces(model))
    }

    func recommend(
        _ request: RecommendRequestView,
        with binding: Binding,
        into reply: RecommendReply
    ) throws(HandlerError) {
        let catalogue = binding.catalogue
        let limit = catalogue.limit(of: request)
        let table = try ScoreTable(request, rowsMax: limit)
        let session = try request.evidence(itemsMax: parameters.lastItems)
        let answer = try request.allocate(
            repeating: ScoredItem(item: .max, score: 0),
            count: limit
        )
        guard let space = binding.spaces.take() else {
            throw HandlerError(
                .resourceExhausted,
                "more calls at once than memory is set aside for"
            )
        }
        let count = binding.model.recommend(after: session, space.memory, into: answer) {
            table.allows($0) && catalogue.isSold($0)
        }
        binding.spaces.giveBack(space)
        for item in answer[..<count] {
            try reply.add(
                productRow: item.item,
                score: Float(item.score),
                reason: Reason.similarSessions
            )
            table.block(item.item)
        }
        try reply.addPopular(catalogue, table, count: limit - count) { _ in 0 }
    }

    private static func index(_ bytes: UnsafeRawBufferPointer) throws(HandlerError) -> SessionIndex
    {
        do {
            return try SessionIndex(bytes)
        } catch {
            throw HandlerError(.dataLoss, error.message)
        }
    }
}

extension RecommendRequestView {
    /// The shopper's items, the one that tells most last: the focus, before it the session and the
    /// cart, for complementary products the cart and the session.
    func evidence(itemsMax: Int) throws(HandlerError) -> UnsafeBufferPointer<UInt32> {
        let items = try allocate(repeating: UInt32.max, count: itemsMax)
        var start = items.count
        func prepend(_ item: UInt32) {
            guard start > 0 else { return }
            start -= 1
            items[start] = item
        }
        if let focusRow { prepend(focusRow) }
        let isRelated = intent == .related
        for row in (isRelated ? sessionRows : cartRows).reversed() { prepend(row) }
        for row in (isRelated ? cartRows : sessionRows).reversed() { prepend(row) }
        return UnsafeBufferPointer(rebasing: items[start...])
    }
}
