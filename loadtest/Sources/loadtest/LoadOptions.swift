// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import LoadTesting
import YAMLDecoding

/// When it is sent; what is not given is the scenario's.
struct LoadOptions: ParsableArguments {
    @Option(name: .long, help: "Requests per second, or a ramp such as 100-2000.")
    var rate: RateOption?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A phase of the load, in the words of a scenario's load.phases; repeatable.",
            discussion: """
                'rate: 200, duration: 10s'; 'rate: 200, to: 1000, duration: 20s', with steps: 5 in \
                equal steps; 'rate: 200, spike: 2000, for: 5s, duration: 30s'; 'rate: 500, \
                amplitude: 300, period: 10s, duration: 60s'; 'trace: arrivals.txt, speed: 2'. Each \
                may have name, arrivals and scored: false.
                """,
            valueName: "words"
        )
    )
    var phase: [String] = []

    @Option(name: .long, help: "How long to measure, such as 30s.")
    var duration: TimeOption?

    @Option(name: .long, help: "How long to send before measuring.")
    var warmUp: TimeOption?

    @Option(name: .long, help: "Spacing of requests: poisson, constant or gamma(SHAPE).")
    var arrivals: ArrivalProcess?

    @Option(name: .long, help: "Closed loop instead: connections that send when their reply came.")
    var concurrency: Int?

    @Option(name: .long, help: "Connections to keep open.")
    var connections: Int?

    @Option(name: .long, help: "Threads that send.")
    var threads: Int?

    @Option(name: .long, help: "After so long since it was due a request has failed.")
    var timeout: TimeOption?

    @Option(
        name: .long,
        help: "So long before a request is due the thread asks for events instead of sleeping."
    )
    var busyPoll: TimeOption?

    @Option(name: .long, help: "PEM file of the authorities whose certificates are good.")
    var caFile: String?

    @Flag(name: .long, help: "Take any certificate.")
    var insecure = false

    @Option(name: .long, help: "What decides arrivals, carts and shoppers.")
    var seed: UInt64?

    @Option(name: .long, help: "How many different requests to prepare.")
    var variety = RequestTable.varietyDefault

    func validate() throws {
        if !phase.isEmpty, rate != nil || duration != nil || concurrency != nil {
            throw ValidationError("--phase takes no --rate, no --duration and no --concurrency")
        }
        try Self.check(concurrency, ScenarioLimits.connections, "--concurrency")
        try Self.check(connections, ScenarioLimits.connections, "--connections")
        try Self.check(threads, ScenarioLimits.threads, "--threads")
        try Self.check(variety, ScenarioLimits.variety, "--variety")
        if concurrency != nil, rate != nil || arrivals != nil {
            throw ValidationError("a closed loop (--concurrency) takes no --rate and no --arrivals")
        }
    }

    /// The settings: the scenario's with what the command line says instead.
    func settings(_ profile: LoadProfile, _ target: Target) throws -> LoadSettings {
        let rate = try asked(profile)
        guard
            rate.expectedArrivals + profile.warmUpSeconds * rate.startRate
                <= ArrivalSchedule.arrivalsMaximum
        else { throw ValidationError("more than 50 million requests in one run") }
        var settings = LoadSettings(
            target: target,
            pace: concurrency.map { .closed(concurrency: $0, seconds: rate.durationSeconds) }
                ?? .open(arrivals ?? profile.arrivals, rate)
        )
        settings.warmUpSeconds = warmUp?.seconds ?? profile.warmUpSeconds
        settings.connections = connections ?? profile.connections
        settings.threads = threads ?? profile.threads
        settings.timeoutNanoseconds = timeout?.nanoseconds ?? profile.timeoutNanoseconds
        settings.busyPollNanoseconds = busyPoll?.nanoseconds ?? profile.busyPollNanoseconds
        settings.trust = insecure ? .anyone : caFile.map(TLSTrust.file) ?? profile.trust
        settings.seed = seed ?? profile.seed
        let inUse = concurrency ?? settings.connections
        guard inUse >= settings.threads else {
            throw ValidationError("each thread needs a connection of its own")
        }
        return settings
    }

    /// The scenario's phases, unless the command line gives a rate or a length.
    private func asked(_ profile: LoadProfile) throws -> RateProfile {
        guard phase.isEmpty else { return RateProfile(phases: try phases()) }
        guard rate != nil || duration != nil else { return profile.rate }
        let seconds = duration?.seconds ?? profile.rate.durationSeconds
        return RateProfile([
            .init(seconds: seconds, rate: rate?.start ?? profile.rate.startRate, to: rate?.end)
        ])
    }

    private func phases() throws -> [LoadPhase] {
        do throws(DiagnosticReport) {
            return try LoadPhase.phases(commandLine: phase)
        } catch {
            throw ValidationError(DiagnosticRenderer.text(error.diagnostics, color: false))
        }
    }

    private static func check(_ value: Int?, _ range: ClosedRange<Int>, _ name: String) throws {
        guard let value, !range.contains(value) else { return }
        throw ValidationError("\(name) is a number from \(range.lowerBound) to \(range.upperBound)")
    }
}

extension ArrivalProcess: ExpressibleByArgument {}

/// A length of time such as `500ms`, `30s` or `5m`.
struct TimeOption: ExpressibleByArgument {
    /// A day: what is longer is a slip.
    private static let nanosecondsMaximum = 86_400_000_000_000.0

    let nanoseconds: UInt64

    var seconds: Double { Double(nanoseconds) / 1e9 }

    init?(argument: String) {
        let units = ["ms": 1e6, "us": 1e3, "µs": 1e3, "s": 1e9, "m": 60e9, "h": 3_600e9]
        let number = argument.prefix { $0.isNumber || $0 == "." }
        guard let value = Double(number),
            let unit = units[String(argument.dropFirst(number.count))],
            value * unit >= 0, value * unit <= Self.nanosecondsMaximum
        else { return nil }
        nanoseconds = UInt64(value * unit)
    }
}

/// Requests per second, or a linear change such as `100-2000`.
struct RateOption: ExpressibleByArgument {
    let start: Double
    let end: Double

    init?(argument: String) {
        let bounds = argument.split(separator: "-", omittingEmptySubsequences: false).map {
            Double($0)
        }
        guard (1...2).contains(bounds.count), let start = bounds[0],
            let end = bounds[bounds.count - 1],
            ScenarioLimits.rate.contains(start), ScenarioLimits.rate.contains(end)
        else { return nil }
        (self.start, self.end) = (start, end)
    }
}
