// SPDX-License-Identifier: Apache-2.0

extension SessionModel {
    /// Recommends what comes next in a session.
    ///
    /// Allocates nothing.
    ///
    /// - Parameters:
    ///   - session: the shopper's items, newest last; numbers past the index's are unknown items.
    ///   - space: memory for the query.
    ///   - answer: gets the items, best first.
    ///   - admits: whether an item may be answered.
    /// - Returns: how many items were found, at most as many as fit the answer.
    package func recommend(
        after session: UnsafeBufferPointer<UInt32>,
        _ space: SessionSpace,
        into answer: UnsafeMutableBufferPointer<ScoredItem>,
        admitting admits: (UInt32) -> Bool
    ) -> Int {
        let dropped = max(session.count - parameters.lastItems, 0)
        guard let start = session.baseAddress, session.count > 0, answer.count > 0 else { return 0 }
        let recent = UnsafeBufferPointer(start: start + dropped, count: session.count - dropped)
        let neighbours = findNeighbours(of: recent, space)
        space.scores.begin()
        for place in 0..<recent.count {
            space.scores.add(0, to: recent[recent.count - 1 - place])
        }
        let own = space.scores.count
        switch parameters.algorithm {
        case .vstan: scoreVSTAN(neighbours, recent, space)
        case .vmis: scoreVMIS(neighbours, space)
        }
        return best(space, own: own, into: answer, admits)
    }

    /// Fills an answer up with the most popular items.
    ///
    /// - Parameters:
    ///   - answer: with `count` items in it.
    ///   - count: how many there are.
    ///   - admits: whether an item may be answered; it must refuse what the shopper has, if it shall.
    /// - Returns: how many items there are now.
    package func fillWithPopular(
        _ answer: UnsafeMutableBufferPointer<ScoredItem>,
        from count: Int,
        admitting admits: (UInt32) -> Bool
    ) -> Int {
        var filled = count
        for item in index.popular {
            guard filled < answer.count else { break }
            var isThere = false
            for place in 0..<count where answer[place].item == item { isThere = true }
            guard !isThere, admits(item) else { continue }
            answer[filled] = ScoredItem(item: item, score: 0)
            filled += 1
        }
        return filled
    }

    /// Each session says its items near the last common one, and those that follow the newest one.
    private func scoreVSTAN(_ count: Int, _ recent: Recent, _ space: SessionSpace) {
        let filter = OwnItems(recent)
        for place in 0..<count {
            let neighbour = space.neighbours[place]
            let items = index.items(ofSession: neighbour.session)
            let common = filter.lastCommon(items, of: index, hasNewest: neighbour.match == 0)
            let weight = neighbour.score * matchWeights[Int(neighbour.match)]
            let first = max(common.last - reach, 0)
            for step in first..<min(common.last + reach + 1, items.count) {
                let item = index.item(at: items.start + step)
                space.scores.add(weight * distanceWeights[abs(step - common.last)], to: item)
            }
            guard let newest = common.newest, parameters.sequential > 0 else { continue }
            let age = Double(ageWeights[Int(neighbour.session / 8)]) * parameters.sequential
            let end = min(newest + 1 + Self.sequentialReach, items.count)
            for step in newest + 1..<end {
                let item = index.item(at: items.start + step)
                space.scores.add(age * reciprocals[step - newest], to: item)
            }
        }
    }

    /// Serenade's order of multiplications and additions, its neighbours the most recent first.
    private func scoreVMIS(_ count: Int, _ space: SessionSpace) {
        for place in 0..<count {
            let neighbour = space.neighbours[place]
            let items = index.items(ofSession: neighbour.session)
            let weight = matchWeights[Int(neighbour.match)]
            for step in 0..<items.count {
                let item = index.item(at: items.start + step)
                let share = weight * index.inverseFrequencies[Int(item)] * neighbour.score
                space.scores.add(share, to: item)
            }
        }
    }

    private func best(
        _ space: SessionSpace,
        own: Int,
        into answer: UnsafeMutableBufferPointer<ScoredItem>,
        _ admits: (UInt32) -> Bool
    ) -> Int {
        var best = BestItems(answer)
        let isVMIS = parameters.algorithm == .vmis
        let rarity = isVMIS ? 0 : parameters.rarity
        // The newest item is entry 0; what the shopper has seen before may be wanted again.
        for entry in (isVMIS || parameters.remind ? 1 : own)..<space.scores.count {
            var candidate = space.scores.scored(at: entry)
            guard candidate.item < index.header.itemCount, entry >= own || candidate.score != 0
            else { continue }
            candidate.score *= 1 + rarity * index.inverseFrequencies[Int(candidate.item)]
            if best.admits(candidate), admits(candidate.item) { best.insert(candidate) }
        }
        return best.count
    }
}

/// The shopper's last items behind a filter that most others do not pass.
private struct OwnItems {
    private let recent: SessionModel.Recent
    private var bits: UInt64 = 0

    init(_ recent: SessionModel.Recent) {
        self.recent = recent
        for place in 0..<recent.count { bits |= 1 << UInt64(recent[place] & 63) }
    }

    /// Steps of the last item in common and, if it is there, of the shopper's newest one.
    ///
    /// The search goes backward and ends when it has both.
    @inline(__always)
    func lastCommon(
        _ items: (start: Int, count: Int),
        of index: SessionIndex,
        hasNewest: Bool
    ) -> (last: Int, newest: Int?) {
        let newestItem = recent[recent.count - 1]
        var last = -1
        var step = items.count
        while step > 0 {
            step -= 1
            let item = index.item(at: items.start + step)
            guard (bits >> UInt64(item & 63)) & 1 != 0 else { continue }
            if item == newestItem { return (max(last, step), step) }
            guard last < 0, contains(item) else { continue }
            last = step
            if !hasNewest { break }
        }
        return (max(last, 0), nil)
    }

    private func contains(_ item: UInt32) -> Bool {
        for place in 0..<recent.count where recent[place] == item { return true }
        return false
    }
}
