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
        /// Nil when the snapshot has no sessions: then popular products are all there is.
        let past: Past?
    }

    /// Past sessions and the memory to look them up with.
    struct Past {
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
        guard bytes.count > 0 else { return Binding(catalogue: catalogue, past: nil) }
        let model = SessionModel(try Self.index(bytes), parameters)
        guard model.index.itemCount == catalogue.rowCount else {
            throw HandlerError(
                .failedPrecondition,
                "the blob sessions numbers \(model.index.itemCount) items, the snapshot has"
                    + " \(catalogue.rowCount) products"
            )
        }
        return Binding(catalogue: catalogue, past: Past(model: model, spaces: SessionSpaces(model)))
    }

    func recommend(
        _ request: RecommendRequestView,
        with binding: Binding,
        into reply: RecommendReply
    ) throws(HandlerError) {
        let catalogue = binding.catalogue
        let limit = catalogue.limit(of: request)
        let table = try ScoreTable(request, rowsMax: limit)
        let answer = try request.allocate(
            repeating: ScoredItem(item: .max, score: 0),
            count: limit
        )
        let count = try predict(request, binding.past, into: answer) {
            table.allows($0) && catalogue.isSold($0)
        }
        for place in 0..<count {
            let item = answer[place]
            try reply.add(
                productRow: item.item,
                score: Float(item.score),
                reason: Reason.similarSessions
            )
            table.block(item.item)
        }
        try reply.addPopular(catalogue, table, count: limit - count) { _ in 0 }
    }

    /// Looks the shopper's items up in past sessions; returns how many items were found.
    private func predict(
        _ request: RecommendRequestView,
        _ past: Past?,
        into answer: UnsafeMutableBufferPointer<ScoredItem>,
        admitting admits: (UInt32) -> Bool
    ) throws(HandlerError) -> Int {
        guard let past else { return 0 }
        let session = try request.evidence(itemsMax: parameters.lastItems)
        guard let space = past.spaces.take() else {
            throw HandlerError(
                .resourceExhausted,
                "more calls at once than memory is set aside for"
            )
        }
        defer { past.spaces.giveBack(space) }
        return past.model.recommend(
            after: session,
            space.memory,
            into: answer,
            admitting: admits
        )
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
        if let focusRow {
            start -= 1
            items[start] = focusRow
        }
        let isRelated = intent == .related
        start = prepend(isRelated ? sessionRows : cartRows, to: items, before: start)
        start = prepend(isRelated ? cartRows : sessionRows, to: items, before: start)
        guard let base = items.baseAddress else { return UnsafeBufferPointer(start: nil, count: 0) }
        return UnsafeBufferPointer(start: base + start, count: items.count - start)
    }

    /// Puts the last rows before those that are there; returns where they begin.
    private func prepend(
        _ rows: UnsafeBufferPointer<UInt32>,
        to items: UnsafeMutableBufferPointer<UInt32>,
        before end: Int
    ) -> Int {
        var (start, row) = (end, rows.count)
        while start > 0 && row > 0 {
            start -= 1
            row -= 1
            items[start] = rows[row]
        }
        return start
    }
}
