// SPDX-License-Identifier: Apache-2.0
import Traffic

extension GatewayWorker {
    /// Writes the reply of an answered decision and gives the decision back.
    func finish(_ decision: Decision) {
        let isUnavailable = decision.ladder.rung == .unavailable
        reply.status = isUnavailable ? .serviceUnavailable : .ok
        if isUnavailable {
            reply.mediaType = ProblemDetails.mediaType
            ProblemDetails(.serviceUnavailable, detail: "no rung could answer")
                .write(to: &reply.body)
        } else {
            writeBody(of: decision)
        }
        decision.stages.finish(.encode, now: clock.monotonicNanoseconds())
        writeFields(of: decision)
        count(decision)
        keepForShadows(decision)
        giveBack(decision)
    }

    private func writeBody(of decision: Decision) {
        reply.mediaType = MediaType.json
        reply.body.beginObject()
        reply.body.key("decision_id")
        reply.body.identifier(decision.identifier)
        decision.writeBody(&reply.body)
        reply.body.endObject()
    }

    /// `Sluice-Decision`, `Sluice-Version`, `Sluice-Rung`, `Sluice-Reason`, `Sluice-Assignment`,
    /// `Server-Timing`.
    private func writeFields(of decision: Decision) {
        reply.fields.append("Sluice-Decision: ")
        reply.fields.append(hexadecimal: decision.identifier.origin)
        reply.fields.append(hexadecimal: decision.identifier.number)
        reply.fields.append("\r\nSluice-Version: ")
        reply.fields.append(decision.servedVersion?.name.bytes ?? StaticString("none").bytes)
        reply.fields.append("\r\nSluice-Rung: ")
        reply.fields.append(decision.ladder.rung.wireName)
        if let reason = decision.ladder.reason {
            reply.fields.append("\r\nSluice-Reason: ")
            reply.fields.append(reason.wireName)
        }
        if decision.isForced { reply.fields.append("\r\nSluice-Assignment: forced") }
        reply.fields.append("\r\nServer-Timing: ")
        writeTiming("queue", decision.stages.nanoseconds(in: .queue))
        writeTiming(", features", decision.stages.nanoseconds(in: .features))
        writeTiming(", model", decision.stages.nanoseconds(in: .model))
        writeTiming(", total", decision.stages.totalNanoseconds)
        reply.fields.append("\r\n")
    }

    /// Unit on the wire: milliseconds, with three decimals.
    private func writeTiming(_ name: StaticString, _ nanoseconds: UInt64) {
        reply.fields.append(name)
        reply.fields.append(";dur=")
        reply.fields.append(minorUnits: Int64(clamping: nanoseconds / 1_000), digits: 3)
    }

    // MARK: Refusals

    /// Writes a problem document.
    func refuse(_ fault: RequestFault, _ route: Route, arrival: UInt64) -> Disposition {
        reply.status = fault.status
        if let allow = fault.allow { reply.addField("Allow", allow) }
        if route.speaksInferenceProtocol {
            reply.mediaType = MediaType.json
            reply.body.beginObject()
            reply.body.key("error")
            reply.body.string(fault.detail)
            reply.body.endObject()
        } else {
            writeProblem(fault)
        }
        countRefusal(route, status: fault.status.code, arrival: arrival)
        return .answered
    }

    private func writeProblem(_ fault: RequestFault) {
        reply.mediaType = ProblemDetails.mediaType
        let problem = ProblemDetails(fault.status, detail: fault.detail)
        problem.begin(in: &reply.body)
        if let offset = fault.offset {
            let place = requestReader.location(of: offset)
            reply.body.key("line")
            reply.body.integer(Int64(place.line))
            reply.body.key("column")
            reply.body.integer(Int64(place.column))
        }
        if let field = fault.field {
            problem.writeErrors(pointer: field.bytes, to: &reply.body)
        } else if fault.isAtReader {
            pointer.removeAll()
            requestReader.writePointer(to: &pointer)
            problem.writeErrors(pointer: pointer.bytes, to: &reply.body)
        }
        reply.body.endObject()
    }

    /// Answers OPTIONS: a CORS preflight where the browser asks for one, else the methods.
    func answerOptions(_ request: GatewayRequest) -> Disposition {
        let methods = Route(path: request.path).allowedMethods
        reply.status = .noContent
        reply.addField("Allow", methods)
        if request.headers.origin != nil, request.headers.requestedMethod != nil {
            reply.addPreflightFields(state.crossOrigin, methods: methods)
        }
        return .answered
    }
}

extension JSONWriter {
    /// Writes a decision's identifier as a string.
    mutating func identifier(_ identifier: DecisionIdentifiers.Identifier) {
        withUnsafeTemporaryAllocation(
            byteCount: DecisionIdentifiers.Identifier.textCount,
            alignment: 1
        ) { text in
            identifier.write(into: text)
            string(UnsafeRawBufferPointer(text))
        }
    }
}

extension DecisionIdentifiers.Identifier {
    /// Writes the text form into a buffer of `textCount` bytes.
    func write(into text: UnsafeMutableRawBufferPointer) {
        for digit in 0..<16 {
            text[digit] = ByteWriter.hexadecimalDigit(Self.nibble(origin, digit))
            text[16 + digit] = ByteWriter.hexadecimalDigit(Self.nibble(number, digit))
        }
    }

    private static func nibble(_ value: UInt64, _ digit: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: value >> UInt64(60 - 4 * digit)) & 15
    }
}
