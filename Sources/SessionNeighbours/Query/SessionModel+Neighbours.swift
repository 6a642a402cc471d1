// SPDX-License-Identifier: Apache-2.0

extension SessionModel {
    /// The last few items of a session, by their steps back from its newest.
    typealias Recent = UnsafeBufferPointer<UInt32>

    /// Finds the nearest sessions of those that share an item, most recent first.
    ///
    /// - Parameters:
    ///   - recent: the shopper's last items, newest last.
    ///   - space: gets the neighbours.
    /// - Returns: how many there are.
    func findNeighbours(of recent: Recent, _ space: SessionSpace) -> Int {
        let count = merge(begin(recent, space), space)
        if parameters.algorithm == .vstan { weigh(count, space) }
        return keepNearest(count, space)
    }

    /// Makes a cursor for each different item, the newest first; returns how many.
    private func begin(_ recent: Recent, _ space: SessionSpace) -> Int {
        var (cursors, different) = (0, 0)
        for position in 0..<recent.count where isNewest(position, in: recent) {
            different += 1
            let item = recent[recent.count - 1 - position]
            guard item < index.header.itemCount else { continue }
            let sessions = index.sessions(withItem: item)
            guard let start = sessions.baseAddress, !sessions.isEmpty else { continue }
            var cursor = SessionCursor(
                head: 0,
                position: UInt32(position),
                weight: Double(recent.count - position),
                next: start,
                end: start + sessions.count
            )
            cursor.advance()
            space.cursors[cursors] = cursor
            cursors += 1
        }
        setWeights(space.cursors, cursors, different)
        return cursors
    }

    /// Whether an item does not come again nearer to the end.
    private func isNewest(_ position: Int, in recent: Recent) -> Bool {
        let place = recent.count - 1 - position
        for later in place + 1..<recent.count where recent[later] == recent[place] { return false }
        return true
    }

    private func setWeights(
        _ cursors: UnsafeMutablePointer<SessionCursor>,
        _ count: Int,
        _ different: Int
    ) {
        guard parameters.algorithm == .vstan else {
            for index in 0..<count { cursors[index].weight /= Double(different) }
            return
        }
        var squares = 0.0
        for index in 0..<count {
            cursors[index].weight = positionWeights[Int(cursors[index].position)]
            squares += cursors[index].weight * cursors[index].weight
        }
        let length = squares.squareRoot()
        for index in 0..<count { cursors[index].weight /= length }
    }

    /// Adds up the weights of equal sessions, the most recent sessions first; returns how many.
    private func merge(_ count: Int, _ space: SessionSpace) -> Int {
        let (cursors, neighbours) = (space.cursors, space.neighbours)
        var found = 0
        while found < recentSessions {
            var newest: UInt32 = 0
            for index in 0..<count { newest = max(newest, cursors[index].head) }
            guard newest != 0 else { break }
            var neighbour = Neighbour(score: 0, session: newest - 1, match: .max)
            for index in 0..<count where cursors[index].head == newest {
                neighbour.score += cursors[index].weight
                neighbour.match = min(neighbour.match, cursors[index].position)
                cursors[index].advance()
            }
            neighbours[found] = neighbour
            found += 1
        }
        return found
    }

    /// Older and longer sessions are less near.
    private func weigh(_ count: Int, _ space: SessionSpace) {
        for place in 0..<count {
            let session = space.neighbours[place].session
            let length = index.items(ofSession: session).count
            space.neighbours[place].score *=
                lengthWeights[length] * Double(ageWeights[Int(session / 8)])
        }
    }

    /// Keeps the nearest in their order, of equally near ones the more recent, and counts them.
    private func keepNearest(_ count: Int, _ space: SessionSpace) -> Int {
        guard count > parameters.neighbours else { return count }
        let (neighbours, keys) = (space.neighbours, space.keys)
        for place in 0..<count { keys[place] = neighbours[place].score }
        let least = selectDescending(keys, count: count, rank: parameters.neighbours - 1)
        var nearer = 0
        for place in 0..<count where neighbours[place].score > least { nearer += 1 }
        var (kept, equals) = (0, parameters.neighbours - nearer)
        for place in 0..<count {
            let score = neighbours[place].score
            guard score > least || score == least && equals > 0 else { continue }
            if score == least { equals -= 1 }
            neighbours[kept] = neighbours[place]
            kept += 1
        }
        return kept
    }
}
