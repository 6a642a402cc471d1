// SPDX-License-Identifier: Apache-2.0
import HTTPEdge

/// A chunked body decodes to what a second, simpler decoder makes of it, however it arrives and
/// wherever it is written.
package struct ChunkProperty: FuzzProperty {
    /// A decoder of the whole input: the body and the bytes it took, nil when it is not whole.
    package typealias Reference = ([UInt8]) -> ReferenceChunks.Body?

    private let reference: Reference

    /// The property against our reference.
    package init() { reference = ReferenceChunks.decode }

    /// The property against any reference.
    package init(reference: @escaping Reference) { self.reference = reference }

    /// Decodes in one piece, in many, and in place.
    ///
    /// - Throws: `PropertyViolation`.
    package func check(_ input: [UInt8]) throws {
        let whole = Self.decode([input])
        for arrivals in ArrivalSplit.all(of: input) {
            let split = Self.decode(arrivals)
            try PropertyViolation.unless(split == whole, "whole: \(whole), split: \(split)")
        }
        let inPlace = Self.decodeInPlace(input)
        try PropertyViolation.unless(inPlace == whole, "apart: \(whole), in place: \(inPlace)")
        let expected = reference(input)
        try PropertyViolation.unless(
            whole.complete == expected,
            "expected: \(String(describing: expected)), decoded: \(whole)"
        )
    }

    private enum Outcome: Equatable {
        case complete(ReferenceChunks.Body)
        case incomplete
        case refused(HTTPProtocolError)

        var complete: ReferenceChunks.Body? {
            if case .complete(let body) = self { body } else { nil }
        }
    }

    private static func decode(_ arrivals: [[UInt8]]) -> Outcome {
        var collector = BodyCollector(limits: HTTPLimits())
        var received: [UInt8] = []
        for arrival in arrivals {
            received += arrival
            do throws(HTTPProtocolError) {
                guard try collector.collect(received[...], .chunked) else { continue }
                return .complete(.init(bytes: collector.body, byteCount: collector.consumed))
            } catch {
                return .refused(error)
            }
        }
        return .incomplete
    }

    private static func decodeInPlace(_ input: [UInt8]) -> Outcome {
        var bytes = input
        var decoder = ChunkedBodyDecoder()
        return bytes.withUnsafeMutableBytes { buffer in
            do throws(HTTPProtocolError) {
                let progress = try decoder.decode(UnsafeRawBufferPointer(buffer), into: buffer)
                guard progress.isComplete else { return .incomplete }
                let body = Array(buffer.prefix(progress.written))
                return .complete(.init(bytes: body, byteCount: progress.consumed))
            } catch {
                return .refused(error)
            }
        }
    }
}
