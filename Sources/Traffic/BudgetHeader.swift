// SPDX-License-Identifier: Apache-2.0

/// The request headers that limit the time a reply may take; all are relative durations.
package enum BudgetHeader: String, Sendable, CaseIterable {
    /// Our own: whole milliseconds. A malformed value is the caller's error.
    case requestBudget = "x-request-budget-ms"
    /// gRPC's: one to eight digits and a unit `H`, `M`, `S`, `m`, `u` or `n`.
    case grpcTimeout = "grpc-timeout"
    /// Envoy's: whole milliseconds, never zero.
    case envoyExpectedTimeout = "x-envoy-expected-rq-timeout-ms"

    /// Digits a value may have, as gRPC has it: over a day even in milliseconds.
    package static let digitsMax = 8

    /// The duration a value stands for, in nanoseconds held at the largest; nil when malformed.
    ///
    /// `value` has no surrounding white space and is read only during the call.
    package func nanoseconds(in value: UnsafeRawBufferPointer) -> UInt64? {
        switch self {
        case .requestBudget:
            return Self.milliseconds(value[...])
        case .grpcTimeout:
            guard let unit = value.last.flatMap(Self.nanosecondsPerUnit) else { return nil }
            return Self.digits(value.dropLast()).map { $0.times(unit) }
        case .envoyExpectedTimeout:
            // Envoy leaves the header out when it sets no timeout, so zero is nonsense, not a limit.
            return Self.milliseconds(value[...]).flatMap { $0 == 0 ? nil : $0 }
        }
    }

    private static func milliseconds(_ value: Slice<UnsafeRawBufferPointer>) -> UInt64? {
        digits(value).map { $0.times(1_000_000) }
    }

    private static func digits(_ value: Slice<UnsafeRawBufferPointer>) -> UInt64? {
        guard (1...digitsMax).contains(value.count) else { return nil }
        var number: UInt64 = 0
        for byte in value {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            number = number * 10 + UInt64(byte - UInt8(ascii: "0"))
        }
        return number
    }

    private static func nanosecondsPerUnit(_ unit: UInt8) -> UInt64? {
        switch unit {
        case UInt8(ascii: "H"): 3_600_000_000_000
        case UInt8(ascii: "M"): 60_000_000_000
        case UInt8(ascii: "S"): 1_000_000_000
        case UInt8(ascii: "m"): 1_000_000
        case UInt8(ascii: "u"): 1_000
        case UInt8(ascii: "n"): 1
        default: nil
        }
    }
}

/// What the budget headers of one request allow together.
package struct BudgetHeaders: Hashable, Sendable {
    /// What became of one header.
    package enum Outcome: Sendable {
        /// It limits the budget.
        case accepted
        /// It is not ours and malformed: left out and counted.
        case ignored
        /// It is our own and malformed: the caller answers 400.
        case malformed
    }

    /// The tightest valid limit, in nanoseconds; the largest value when none was given.
    package private(set) var limitNanoseconds: UInt64 = .max
    /// How many foreign headers were malformed.
    package private(set) var ignoredCount = 0

    /// No header read yet.
    package init() {}

    /// Takes one header field in; a repeated header counts each time.
    package mutating func read(
        _ header: BudgetHeader,
        _ value: UnsafeRawBufferPointer
    ) -> Outcome {
        if let limit = header.nanoseconds(in: value) {
            limitNanoseconds = min(limitNanoseconds, limit)
            return .accepted
        }
        guard header != .requestBudget else { return .malformed }
        ignoredCount += 1
        return .ignored
    }
}

extension UInt64 {
    /// The product, held at the largest value.
    func times(_ other: UInt64) -> UInt64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}
