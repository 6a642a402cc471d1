// SPDX-License-Identifier: Apache-2.0
import Foundation
import YAMLDecoding

extension LoadPhase {
    /// The keys of which one alone decides how a phase's rate moves.
    private static let shapeKeys = ["to", "spike", "amplitude", "trace"]

    /// Decodes one phase; nil after an error is reported.
    ///
    /// The same words stand in a scenario's `load.phases[]` and behind `--phase`.
    init?(_ object: ObjectDecoder) {
        let name = object.optional("name", .identifier) ?? ""
        let duration = object.optional("duration", .duration(in: ScenarioLimits.duration))
        let seconds = duration.map { $0 / .seconds(1) }
        guard let course = Self.course(object, seconds), Self.checkShape(object) else { return nil }
        self.init(name: name, [])
        self.course = course
        arrivals = object.optional("arrivals", .arrivalProcess)
        isScored = object.optional("scored", .boolean, default: true)
    }

    /// Decodes phases of a command line, such as `rate: 200, to: 1000, duration: 20s`.
    ///
    /// - Throws: `DiagnosticReport` with every mistake of the first text that has one.
    package static func phases(commandLine texts: [String]) throws(DiagnosticReport) -> [LoadPhase]
    {
        var phases: [LoadPhase] = []
        for text in texts {
            let mapping = text.hasPrefix("{") ? text : "{\(text)}"
            let folder = FileManager.default.currentDirectoryPath
            let file = try YAMLFile(name: "--phase", folder: folder, bytes: Array(mapping.utf8))
            let context = DecodingContext(file: file, environment: [:])
            guard let phase = context.decode(.object(LoadPhase.init)) else {
                throw DiagnosticReport(context.log.diagnostics)
            }
            phases.append(phase)
        }
        return numbered(phases)
    }

    /// The phases with their position as the name of those that have none.
    static func numbered(_ phases: [LoadPhase]) -> [LoadPhase] {
        phases.enumerated().map { index, phase in
            var phase = phase
            if phase.name.isEmpty { phase.name = "\(index + 1)" }
            return phase
        }
    }

    private static func course(_ object: ObjectDecoder, _ seconds: Double?) -> Course? {
        let trace = object.optional("trace", .path)
        let speed = object.optional("speed", .number(in: ScenarioLimits.speed), default: 1)
        let rate = object.optional("rate", .number(in: ScenarioLimits.rate))
        let rates = rate.flatMap { segments(object, $0, seconds) }
        if object.has("trace") { return trace.flatMap { replay($0, speed, seconds, object) } }
        guard rate != nil, seconds != nil else {
            for key in ["rate", "duration"] where !object.has(key) {
                object.report(.phaseShape, "the phase has no `\(key)`", at: object.span)
            }
            return nil
        }
        return rates.map(Course.rates)
    }

    private static func segments(
        _ object: ObjectDecoder,
        _ rate: Double,
        _ seconds: Double?
    ) -> [RateProfile.Segment]? {
        let end = object.optional("to", .number(in: ScenarioLimits.rate))
        let steps = object.optional("steps", .integer(in: ScenarioLimits.steps))
        let peak = object.optional("spike", .number(in: ScenarioLimits.rate))
        let length = object.optional("for", .duration(in: ScenarioLimits.duration))
        let amplitude = object.optional("amplitude", .number(in: ScenarioLimits.rate))
        let period = object.optional("period", .duration(in: ScenarioLimits.duration))
        guard let seconds else { return nil }
        if let peak { return spike(object, rate, peak, length, seconds) }
        if let amplitude { return wave(object, rate, amplitude, period, seconds) }
        if let end, let steps {
            return RateProfile.Segment.steps(steps, from: rate, to: end, seconds: seconds)
        }
        return [.init(seconds: seconds, rate: rate, to: end)]
    }

    private static func spike(
        _ object: ObjectDecoder,
        _ rate: Double,
        _ peak: Double,
        _ length: Duration?,
        _ seconds: Double
    ) -> [RateProfile.Segment]? {
        guard let length = length.map({ $0 / .seconds(1) }), length <= seconds else {
            let message = "a `spike` needs `for`, not longer than the phase"
            object.report(.phaseShape, message, at: object.keySpan(of: "spike"))
            return nil
        }
        return RateProfile.Segment.spike(rate: rate, to: peak, for: length, seconds: seconds)
    }

    private static func wave(
        _ object: ObjectDecoder,
        _ rate: Double,
        _ amplitude: Double,
        _ period: Duration?,
        _ seconds: Double
    ) -> [RateProfile.Segment]? {
        guard let period, amplitude <= rate else {
            let message = "an `amplitude` needs `period`, and is at most the rate"
            object.report(.phaseShape, message, at: object.keySpan(of: "amplitude"))
            return nil
        }
        let length = period / .seconds(1)
        guard seconds / length <= ScenarioLimits.periods else {
            let message = "a phase has at most \(Int(ScenarioLimits.periods)) periods"
            object.report(.phaseShape, message, at: object.keySpan(of: "period"))
            return nil
        }
        return RateProfile.Segment.sine(
            rate: rate,
            amplitude: amplitude,
            period: length,
            seconds: seconds
        )
    }

    private static func replay(
        _ path: String,
        _ speed: Double,
        _ seconds: Double?,
        _ object: ObjectDecoder
    ) -> Course? {
        do {
            let times = try ArrivalTrace.seconds(inFile: path)
            return .trace(ArrivalTrace(seconds: times, speed: speed, durationSeconds: seconds))
        } catch {
            object.report(.phaseShape, "\(error)", at: object.span(of: "trace"))
            return nil
        }
    }

    private static func checkShape(_ object: ObjectDecoder) -> Bool {
        let given = shapeKeys.filter(object.has)
        let companions = [
            ("steps", "to"), ("for", "spike"), ("period", "amplitude"), ("speed", "trace"),
        ]
        for (key, owner) in companions where object.has(key) && !object.has(owner) {
            let message = "`\(key)` belongs to `\(owner)`"
            object.report(.phaseShape, message, at: object.keySpan(of: key))
        }
        guard given.count > 1 || (given == ["trace"] && object.has("rate")) else { return true }
        let names = (given + (object.has("rate") ? ["rate"] : [])).map { "`\($0)`" }
        let message = "\(names.joined(separator: " and ")) do not go together"
        object.report(.phaseShape, message, at: object.span)
        return false
    }
}

extension DiagnosticCode {
    /// A phase whose settings do not make a rate over time.
    package static let phaseShape = DiagnosticCode("L005")
}

extension ValueDecoder where Value == ArrivalProcess {
    /// How arrivals are spaced.
    static var arrivalProcess: ValueDecoder {
        .scalar("poisson, constant or gamma(SHAPE), such as gamma(0.5)") {
            text throws(ScalarFault) in
            guard let process = ArrivalProcess(rawValue: text) else { throw .malformed() }
            return process
        }
    }
}
