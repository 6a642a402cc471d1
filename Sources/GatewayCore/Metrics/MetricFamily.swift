// SPDX-License-Identifier: Apache-2.0

/// One metric with all its series, as scraped at one moment.
package struct MetricFamily: Equatable, Sendable {
    /// What the values of a metric mean.
    package enum Kind: String, Sendable {
        case counter
        case gauge
        case histogram
    }

    /// Full name, unit last: `sluice_request_duration_seconds`.
    package var name: String
    /// One sentence for people.
    package var help: String
    /// What the values mean.
    package var kind: Kind
    /// The series, in a stable order.
    package var samples: [MetricSample]

    /// Describes a metric and its series.
    package init(name: String, help: String, kind: Kind, samples: [MetricSample]) {
        self.name = name
        self.help = help
        self.kind = kind
        self.samples = samples
    }
}

/// One series of a metric.
package struct MetricSample: Equatable, Sendable {
    /// What a series holds.
    package enum Value: Equatable, Sendable {
        case number(Double)
        case histogram(HistogramValue)
        case ratios(RatioHistogram)
    }

    /// Tells this series from the others of its metric.
    ///
    /// Never a shop, a shopper or a product.
    package var labels: [MetricLabel]
    /// The value at the scrape.
    package var value: Value

    /// A series of any kind.
    package init(_ labels: [MetricLabel] = [], _ value: Value) {
        self.labels = labels
        self.value = value
    }

    /// A counter or gauge series.
    package init(_ labels: [MetricLabel] = [], _ number: Double) {
        self.labels = labels
        self.value = .number(number)
    }

    /// A histogram series of shares.
    package init(_ labels: [MetricLabel] = [], _ ratios: RatioHistogram) {
        self.labels = labels
        self.value = .ratios(ratios)
    }

    /// A histogram series.
    package init(_ labels: [MetricLabel] = [], _ histogram: HistogramValue) {
        self.labels = labels
        self.value = .histogram(histogram)
    }
}

/// A name and value that tell series of one metric apart.
package struct MetricLabel: Hashable, Sendable {
    /// `[a-z_]+`.
    package var name: String
    /// Any text.
    package var value: String

    /// Pairs a name with a value.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
