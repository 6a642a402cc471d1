// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import LoadTesting

struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Say whether a run or a target is better or worse than another.",
        discussion: """
            Takes two folders that `loadtest run` recorded, or two URLs, which are measured by turns \
            (ABBA) so that what the machine does meanwhile hits both. Every difference has a 95 % \
            interval; probabilities are corrected for their number, and what is smaller than \
            --threshold counts as none. Exit codes: 0 better, same or undecided, 97 worse, 98 the runs \
            are not comparable (--force compares them all the same), 130 stopped by Ctrl-C.
            """
    )

    /// How long both targets are measured together, at most: a day.
    private static let secondsMaximum = 86_400.0

    @Argument(help: "What there was: a run's folder, or http://127.0.0.1:8080.")
    var first: String

    @Argument(help: "What there is now: a run's folder, or http://127.0.0.1:8081.")
    var second: String

    @Option(
        name: .long,
        help: "What is sent to two URLs: a scenario; unless given, GETs of the URLs."
    )
    var scenario: String?

    @OptionGroup(title: "How it is sent to two URLs") var load: LoadOptions

    @Option(name: .long, help: "How long each URL is measured before it is the other's turn.")
    var slot = TimeOption(seconds: 10)

    @Option(
        name: .long,
        help: "Differences that matter, as a percentage of a latency or a goodput."
    )
    var threshold = 3.0

    @Option(name: .long, help: "Differences of latencies that matter, such as 200us.")
    var thresholdTime = TimeOption(seconds: 0.0002)

    @Flag(name: .long, help: "Compare runs that are not comparable.")
    var force = false

    @Flag(name: .long, help: "Print the comparison as JSON.")
    var json = false

    @Flag(name: .long, help: "Print the comparison as a Markdown table.")
    var markdown = false

    @Flag(name: .long, help: "Send to other machines than this one. Only ever to your own.")
    var allowRemote = false

    private var isLive: Bool { [first, second].allSatisfy { $0.contains("://") } }

    func validate() throws {
        guard isLive || ![first, second].contains(where: { $0.contains("://") }) else {
            throw ValidationError("compare two folders or two URLs, not one of each")
        }
        guard !(json && markdown) else { throw ValidationError("either --json or --markdown") }
        guard (0...100).contains(threshold) else {
            throw ValidationError("--threshold is a percentage from 0 to 100")
        }
        guard load.concurrency == nil else {
            throw ValidationError("a closed loop slows down with its server; give a --rate")
        }
        guard slotSeconds >= 1 else { throw ValidationError("a slot takes 1s at least") }
        if !isLive, scenario != nil || load.rate != nil || load.duration != nil {
            throw ValidationError("--scenario, --rate and --duration belong to two URLs")
        }
    }

    func run() async throws {
        let comparison = isLive ? try await live() : try await recorded()
        guard let comparison else { throw ExitCode.interrupted }
        print(try text(comparison))
        if !comparison.objections.isEmpty, !force { throw ExitCode.invalidRun }
        if comparison.verdict == .worse { throw ExitCode.regression }
    }

    private func text(_ comparison: RunComparison) throws -> String {
        if json { return try comparison.json() }
        return markdown ? comparison.markdown : comparison.text
    }

    // MARK: Recorded runs

    private func recorded() async throws -> RunComparison? {
        let records = try Failing.reporting {
            try [first, second].map { try RunRecord.load($0) }
        }
        let objections = Comparability.objections(records[0], records[1])
        guard objections.isEmpty || force else {
            for objection in objections { StandardError.write("error: \(objection)") }
            StandardError.write("--force compares them all the same")
            throw ExitCode.invalidRun
        }
        return RunComparison(
            .init(name: first, records[0]),
            .init(name: second, records[1]),
            isPaired: false,
            objections: objections,
            threshold: practicalThreshold
        )
    }

    // MARK: Live targets

    private func live() async throws -> RunComparison? {
        let contenders = try [first, second].map { try contender($0) }
        let rate = load.rate?.start ?? 100
        let seconds = load.duration?.seconds ?? 60
        let pairs = max(1, Int((seconds / slotSeconds).rounded()))
        guard seconds * 2 <= Self.secondsMaximum, load.rate.map({ $0.start == $0.end }) ?? true
        else { throw ValidationError("a comparison has one rate, and ends within a day") }
        let comparison = LiveComparison(
            contenders[0],
            contenders[1],
            rate: rate,
            slotSeconds: slotSeconds,
            pairs: pairs
        )
        let threshold = practicalThreshold
        return try await Failing.reporting {
            try await Interruptible.run {
                var slot = 0
                return try await comparison.run(threshold: threshold) { name in
                    slot += 1
                    StandardError.write("\(slot) of \(2 * pairs): \(name)")
                }
            }
        }
    }

    private func contender(_ url: String) throws -> LiveComparison.Contender {
        let options = scenario.map { ["--scenario", $0, "--target", url] } ?? ["--url", url]
        let (scenario, target) = try ScenarioOptions.parse(options).load()
        guard target.isLoopback || allowRemote else {
            throw ValidationError("\(target.host) is not this machine; --allow-remote sends there")
        }
        let settings = try load.settings(scenario.load, target)
        let table = try RequestTable(
            scenario,
            target: target,
            catalog: try Catalog(of: scenario.store),
            seed: settings.seed,
            variety: load.variety
        )
        return .init(name: url, settings: settings, table: table)
    }

    private var slotSeconds: Double { slot.seconds.rounded(.up) }

    private var practicalThreshold: PracticalThreshold {
        var practical = PracticalThreshold()
        practical.share = threshold / 100
        practical.milliseconds = Double(thresholdTime.nanoseconds) / 1e6
        return practical
    }
}
