// SPDX-License-Identifier: Apache-2.0

/// What one thread sends when, decided before the run.
struct LoadPlan: Sendable {
    private struct Entry {
        let offset: UInt64
        let request: UInt32
    }

    private var entries: [Entry] = []

    /// Requests in the plan.
    var count: Int { entries.count }

    /// When a request is due, in nanoseconds from the start of the run; ascending.
    func offset(_ index: Int) -> UInt64 { entries[index].offset }

    /// Which of the prepared requests it is.
    func request(_ index: Int) -> Int { Int(entries[index].request) }

    /// The plans of all threads; arrivals go to them in turn, so that together they keep the spacing.
    ///
    /// A session's requests are due by the schedule alone, whenever the replies before them come; those
    /// due after the end of the run are left out.
    static func plans(_ settings: LoadSettings, sending table: RequestTable) -> [LoadPlan] {
        let schedule = settings.schedule(requestsPerArrival: table.requestsPerArrival)
        let end = UInt64((settings.warmUpSeconds + settings.durationSeconds) * 1e9)
        var generator = SeededGenerator(seed: settings.seed, stream: .max)
        var plans = [LoadPlan](repeating: LoadPlan(), count: settings.threads)
        for (index, arrival) in schedule.offsetsNanoseconds.enumerated() {
            let visit = table.visits[Int(generator.next(below: UInt64(table.visits.count)))]
            plans[index % settings.threads].append(visit, at: arrival, before: end)
        }
        for index in plans.indices { plans[index].entries.sort { $0.offset < $1.offset } }
        return plans
    }

    private mutating func append(_ visit: PreparedVisit, at arrival: UInt64, before end: UInt64) {
        for step in visit.steps where arrival + step.offsetNanoseconds < end {
            let offset = arrival + step.offsetNanoseconds
            entries.append(Entry(offset: offset, request: step.request))
        }
    }
}
