// SPDX-License-Identifier: Apache-2.0
import SessionNeighbours
import SluiceKit

extension SessionParameters {
    private static let keys = [
        "algorithm", "k", "m", "last_items", "spw", "snh", "inh", "ipw", "idf", "sequential",
    ]

    /// Reads the handler's settings; what is absent is as the algorithm has it.
    init(_ load: LoadView) throws(HandlerError) {
        let settings = try load.settings(keys: Self.keys)
        let algorithm = try settings.choice("algorithm", of: Algorithm.self) ?? .vstan
        self = algorithm == .vmis ? .vmis : SessionParameters()
        let sessions = Self.whole(Self.sessionsRange)
        if let value = try settings.integer("k", in: sessions) { neighbours = Int(value) }
        if let value = try settings.integer("m", in: sessions) { recentSessions = Int(value) }
        let items = Self.whole(Self.lastItemsRange)
        if let value = try settings.integer("last_items", in: items) { lastItems = Int(value) }
        try readDecays(settings)
        rarity = try settings.number("idf", in: Self.weightRange) ?? rarity
        sequential = try settings.number("sequential", in: Self.weightRange) ?? sequential
        // The handler answers nothing the shopper has.
        remind = false
    }

    private mutating func readDecays(_ settings: Settings) throws(HandlerError) {
        positionDecay = try settings.number("spw", in: Self.decayRange) ?? positionDecay
        ageDecayDays = try settings.number("snh", in: Self.decayRange) ?? ageDecayDays
        distanceDecay = try settings.number("inh", in: Self.decayRange) ?? distanceDecay
        matchDecay = try settings.number("ipw", in: Self.decayRange) ?? matchDecay
    }

    private static func whole(_ range: ClosedRange<Int>) -> ClosedRange<Int64> {
        Int64(range.lowerBound)...Int64(range.upperBound)
    }
}
