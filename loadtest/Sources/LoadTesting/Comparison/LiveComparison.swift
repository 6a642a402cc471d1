// SPDX-License-Identifier: Apache-2.0

/// Two targets measured by turns, so that what the machine does meanwhile hits both.
package struct LiveComparison: Sendable {
    /// One target and what is sent to it.
    package struct Contender: Sendable {
        /// What it is called in the result.
        package var name: String
        /// How requests are sent to it.
        package var settings: LoadSettings
        /// What is sent to it.
        package var table: RequestTable

        /// A target of its parts.
        package init(name: String, settings: LoadSettings, table: RequestTable) {
            self.name = name
            self.settings = settings
            self.table = table
        }
    }

    /// How long each slot sends before it counts: connections are made, caches are warm.
    private static let warmUpSeconds = 1.0

    private let contenders: [Contender]
    private let rate: Double
    private let slotSeconds: Double
    private let pairs: Int

    /// A comparison at a constant rate, in so many pairs of slots.
    package init(
        _ first: Contender,
        _ second: Contender,
        rate: Double,
        slotSeconds: Double,
        pairs: Int
    ) {
        contenders = [first, second]
        self.rate = rate
        self.slotSeconds = slotSeconds
        self.pairs = pairs
    }

    /// Measures by turns and compares.
    ///
    /// - Parameters:
    ///   - threshold: Differences below it count as none.
    ///   - willMeasure: Called before each slot with the target's name.
    /// - Returns: nil when the task was cancelled.
    /// - Throws: when a target's name means nothing.
    package func run(
        threshold: PracticalThreshold,
        willMeasure: (String) -> Void
    ) async throws -> RunComparison? {
        var sides = contenders.map { RunComparison.Side(name: $0.name) }
        var objections: [String] = []
        let seed = contenders[0].settings.seed
        for slot in SlotOrder.slots(pairs: pairs, seed: seed) {
            let contender = contenders[slot.side]
            willMeasure(contender.name)
            let record = try await measure(contender, seed: seed &+ UInt64(slot.pair))
            guard !Task.isCancelled else { return nil }
            sides[slot.side].append(record)
            if let fault = fault(record) {
                objections.append("a slot of \(contender.name) \(fault)")
            }
        }
        return RunComparison(
            sides[0],
            sides[1],
            isPaired: true,
            objections: objections,
            threshold: threshold,
            seed: seed
        )
    }

    private func measure(_ contender: Contender, seed: UInt64) async throws -> RunRecord {
        var settings = contender.settings.steady(rate: rate, seconds: slotSeconds, seed: seed)
        settings.warmUpSeconds = max(settings.warmUpSeconds, Self.warmUpSeconds)
        return try await LoadRun(settings, sending: contender.table).run().record
    }

    /// A slot alone may be too short for percentiles; all of them together are not.
    private func fault(_ record: RunRecord) -> String? {
        let judgement = Judgement(Judgement.Facts(record))
        guard [.generatorLimited, .saturated].contains(judgement.verdict) else { return nil }
        return "is \(judgement.verdict.rawValue): \(judgement.reason)"
    }
}
