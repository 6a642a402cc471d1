// SPDX-License-Identifier: Apache-2.0

/// The simplest assertions, that `search` knows intervals for: one value of all versions and phases
/// and one number, such as `checkout.scheduled.p99 < 50ms`.
package struct Objective: Sendable {
    /// What is measured.
    enum Quantity: Equatable, Sendable {
        /// Share of due requests with a good answer.
        case answered
        /// Share of due requests refused with 503.
        case shed
        /// Good answers per second.
        case goodput
        /// A percentile of scheduled latency.
        case scheduled(percentile: Double)
        /// A percentile of service latency.
        case service(percentile: Double)

        fileprivate init?(_ quantity: AssertedValue.Quantity) {
            switch quantity {
            case .answered: self = .answered
            case .shed: self = .shed
            case .goodput: self = .goodput
            case .percentile(.scheduled, let percentile): self = .scheduled(percentile: percentile)
            case .percentile(.service, let percentile): self = .service(percentile: percentile)
            default: return nil
            }
        }
    }

    /// What an objective of a search is, for whoever wrote another assertion.
    package static let expected =
        "a search goes by answered, shed, or a percentile of scheduled or service latency, of all "
        + "requests or of one route, against a number"

    /// As it was written.
    package let text: String
    let route: String?
    let quantity: Quantity
    let comparison: Comparison
    /// In the quantity's own unit: a share, requests per second or milliseconds.
    let limit: Double

    /// Reads an objective; nil when it is none.
    package init?(argument: String) {
        guard let assertion = try? Assertion(argument) else { return nil }
        self.init(assertion)
    }

    /// An assertion as an objective; nil when it is more than one.
    package init?(_ assertion: Assertion) {
        let value = assertion.value
        guard case .limit(let limit) = assertion.bound,
            value.selector == SeriesSelector(route: value.selector.route), value.phase == nil,
            let quantity = Quantity(value.quantity)
        else { return nil }
        text = assertion.text
        route = value.selector.route
        self.quantity = quantity
        comparison = assertion.comparison
        self.limit = limit
    }
}
