// SPDX-License-Identifier: Apache-2.0

/// Something that was done to the target, or could not be.
package struct ChaosEvent: Hashable, Sendable, Codable {
    /// The fault's name.
    package let fault: String
    /// Whether the fault began, or ended.
    package let isBeginning: Bool
    /// Seconds since the start of the scored part.
    package let atSeconds: Double
    /// What was done, or why it was not.
    package let text: String
    /// Whether it could not be done.
    package let hasFailed: Bool
}

/// The faults of a run, as its record keeps them.
package struct ChaosLog: Hashable, Sendable, Codable {
    /// Names of the scenario's faults.
    package let faults: [String]
    /// What was done, in order.
    package let events: [ChaosEvent]
}

/// Brings faults about when they are due, and undoes whatever stands when the run ends.
package struct ChaosTimeline: Sendable {
    /// A moment at which a fault begins or ends.
    package struct Moment: Hashable, Sendable {
        /// Seconds since the start of the scored part.
        package let atSeconds: Double
        /// Position of the fault.
        package let fault: Int
        /// Whether it begins.
        package let isBeginning: Bool
    }

    private let faults: [ChaosFault]

    /// A timeline of faults.
    package init(_ faults: [ChaosFault]) { self.faults = faults }

    /// All moments in order; of those at the same time ends come first.
    package var moments: [Moment] {
        faults.enumerated().flatMap { index, fault in
            let begin = Moment(atSeconds: fault.atSeconds, fault: index, isBeginning: true)
            guard let length = fault.forSeconds else { return [begin] }
            let end = fault.atSeconds + length
            return [begin, Moment(atSeconds: end, fault: index, isBeginning: false)]
        }.sorted { ($0.atSeconds, $0.isBeginning ? 1 : 0) < ($1.atSeconds, $1.isBeginning ? 1 : 0) }
    }

    /// Does everything when it is due; cancelling the task undoes at once what stands.
    ///
    /// - Parameters:
    ///   - start: The start of the scored part.
    ///   - didHappen: Called after each moment.
    /// - Returns: what was done, in order.
    package func run(
        from start: ContinuousClock.Instant,
        didHappen: (ChaosEvent) -> Void
    ) async -> [ChaosEvent] {
        var injector = ChaosInjector(faults)
        var begins: [Int: ContinuousClock.Instant] = [:]
        var events: [ChaosEvent] = []
        func note(_ moment: Moment) {
            guard let event = event(moment, &injector, since: start) else { return }
            events.append(event)
            didHappen(event)
        }
        for moment in moments {
            var due = start.advanced(by: .seconds(moment.atSeconds))
            // One that begins late, on a busy machine, still lasts as long as it should.
            if let begin = begins[moment.fault], let length = faults[moment.fault].forSeconds {
                due = max(due, begin.advanced(by: .seconds(length)))
            }
            guard (try? await Task.sleep(until: due, clock: .continuous)) != nil else { break }
            begins[moment.fault] = .now
            note(moment)
        }
        // A run may end before its faults do; some have no end of their own.
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3_600)) }
        for index in faults.indices.reversed() {
            note(Moment(atSeconds: 0, fault: index, isBeginning: false))
        }
        return events
    }

    private func event(
        _ moment: Moment,
        _ injector: inout ChaosInjector,
        since start: ContinuousClock.Instant
    ) -> ChaosEvent? {
        var (text, hasFailed): (String?, Bool) = (nil, false)
        do throws(ChaosError) {
            text =
                moment.isBeginning
                ? try injector.begin(moment.fault) : try injector.end(moment.fault)
        } catch {
            (text, hasFailed) = (error.description, true)
        }
        return text.map {
            ChaosEvent(
                fault: faults[moment.fault].name,
                isBeginning: moment.isBeginning,
                atSeconds: start.duration(to: .now) / .seconds(1),
                text: $0,
                hasFailed: hasFailed
            )
        }
    }
}
