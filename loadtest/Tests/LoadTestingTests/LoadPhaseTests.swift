// SPDX-License-Identifier: Apache-2.0
import Foundation
import LoadTesting
import Testing
import YAMLDecoding

/// Phases as a scenario or a command line writes them.
struct LoadPhaseTests {
    struct Shape: Sendable {
        let words: String
        /// Arrivals expected in each second.
        let perSecond: [Double]
    }

    @Test(arguments: [
        Shape(words: "rate: 500, duration: 3s", perSecond: [500, 500, 500]),
        Shape(words: "rate: 100, to: 400, duration: 3s", perSecond: [150, 250, 350]),
        Shape(
            words: "rate: 100, to: 400, steps: 4, duration: 4s",
            perSecond: [100, 200, 300, 400]
        ),
        Shape(words: "rate: 100, spike: 900, for: 1s, duration: 3s", perSecond: [100, 900, 100]),
        // Half a wave up, half a wave down: the mean of a half is 2/π of the amplitude.
        Shape(
            words: "rate: 500, amplitude: 300, period: 2s, duration: 4s",
            perSecond: [691, 309, 691, 309]
        ),
    ])
    func shapesAreFollowed(_ shape: Shape) throws {
        let phases = try LoadPhase.phases(commandLine: [shape.words + ", arrivals: constant"])
        let schedule = ArrivalSchedule(.poisson, RateProfile(phases: phases), seed: 1)
        let seconds = schedule.offsetsNanoseconds.map { Int($0 / 1_000_000_000) }
        for (second, expected) in shape.perSecond.enumerated() {
            let count = Double(seconds.count { $0 == second })
            #expect(abs(count - expected) <= 2, "second \(second)")
        }
        #expect(seconds.allSatisfy { $0 < shape.perSecond.count })
    }

    @Test func phasesHaveNamesAndMayNotCount() throws {
        let phases = try LoadPhase.phases(commandLine: [
            "name: up, rate: 10, to: 100, duration: 1s, scored: false", "rate: 100, duration: 2s",
        ])
        #expect(phases.map(\.name) == ["up", "2"])
        #expect(phases.map(\.isScored) == [false, true])
        let settings = LoadSettings(
            target: Target(host: "localhost", port: 1),
            pace: .open(.poisson, RateProfile(phases: phases))
        )
        #expect(settings.durationSeconds == 3 && settings.scoredSeconds == 2)
        #expect(settings.askedRate == 100)
    }

    @Test(arguments: [
        ("rate: 5", "the phase has no `duration`"),
        ("duration: 5s", "the phase has no `rate`"),
        ("rate: 5, duration: 5s, steps: 3", "`steps` belongs to `to`"),
        ("rate: 5, duration: 5s, spike: 9", "a `spike` needs `for`"),
        ("rate: 5, duration: 5s, spike: 9, for: 6s", "a `spike` needs `for`"),
        ("rate: 5, duration: 5s, to: 9, amplitude: 3, period: 1s", "do not go together"),
        ("rate: 5, duration: 5s, amplitude: 9, period: 1s", "at most the rate"),
        ("rate: 5, duration: 5s, arrivals: gamma(0)", "gamma(SHAPE)"),
        ("rate: 5, duration: 5s, steady: true", "unknown key `steady`"),
        ("trace: /nowhere", "cannot be read"),
    ])
    func mistakesAreTold(_ words: String, _ message: String) {
        let report = #expect(throws: DiagnosticReport.self) {
            try LoadPhase.phases(commandLine: [words])
        }
        #expect(report?.description.contains(message) == true, "\(report?.description ?? "")")
    }

    @Test func aTraceIsReplayed() throws {
        let path = NSTemporaryDirectory() + "trace-\(UUID()).txt"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("# seconds\n0.5\n1.0 # a comment\n\n1.0\n4.0\n".utf8).write(
            to: URL(filePath: path)
        )
        let words = "trace: \(path), speed: 2"
        let phases = try LoadPhase.phases(commandLine: [
            "rate: 1, duration: 1s, arrivals: constant", words,
        ])
        let schedule = ArrivalSchedule(.poisson, RateProfile(phases: phases), seed: 1)
        let milliseconds = schedule.offsetsNanoseconds.map { $0 / 1_000_000 }
        #expect(milliseconds == [0, 1_250, 1_500, 1_500, 3_000])
        #expect(phases[1].durationSeconds == 2)
        try Data("1\n0.5\n".utf8).write(to: URL(filePath: path))
        let report = #expect(throws: DiagnosticReport.self) {
            try LoadPhase.phases(commandLine: [words])
        }
        #expect(report?.description.contains("\(path):2: must be seconds") == true)
    }
}
