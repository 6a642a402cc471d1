// SPDX-License-Identifier: Apache-2.0
import GatewayCore

/// Metric families as Prometheus reads them.
///
/// Source: Prometheus exposition formats, text format 0.0.4.
package struct PrometheusText {
    /// Media type of the text.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private var text = ""

    /// The text of `families`, in their order; a family without series is left out.
    package static func render(_ families: [MetricFamily]) -> String {
        var output = PrometheusText()
        for family in families where !family.samples.isEmpty { output.append(family) }
        return output.text
    }

    private mutating func append(_ family: MetricFamily) {
        text += "# HELP \(family.name) \(Self.escape(family.help, quotes: false))\n"
        text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
        for sample in family.samples { append(sample, of: family.name) }
    }

    private mutating func append(_ sample: MetricSample, of name: String) {
        switch sample.value {
        case .number(let number): appendLine(name, sample.labels, Self.format(number))
        case .histogram(let histogram):
            append(RatioHistogram(inSeconds: histogram), sample.labels, of: name)
        case .ratios(let histogram): append(histogram, sample.labels, of: name)
        }
    }

    private mutating func append(
        _ histogram: RatioHistogram,
        _ labels: [MetricLabel],
        of name: String
    ) {
        var cumulative: UInt64 = 0
        for (edge, count) in zip(histogram.edges + [.infinity], histogram.counts) {
            cumulative &+= count
            appendLine(name + "_bucket", labels + [.init("le", Self.format(edge))], "\(cumulative)")
        }
        appendLine(name + "_sum", labels, Self.format(histogram.sum))
        appendLine(name + "_count", labels, "\(cumulative)")
    }

    private mutating func appendLine(_ name: String, _ labels: [MetricLabel], _ value: String) {
        text += name
        if !labels.isEmpty {
            let pairs = labels.map { "\($0.name)=\"\(Self.escape($0.value, quotes: true))\"" }
            text += "{" + pairs.joined(separator: ",") + "}"
        }
        text += " \(value)\n"
    }
}

extension RatioHistogram {
    /// Durations as Prometheus has them: in seconds.
    fileprivate init(inSeconds durations: HistogramValue) {
        self.init(
            edges: durations.edgesNanoseconds.map { Double($0) / 1_000_000_000 },
            counts: durations.counts,
            sum: Double(durations.sumNanoseconds) / 1_000_000_000
        )
    }
}

extension PrometheusText {
    /// Backslashes and line feeds, and in label values quotes, become escapes.
    static func escape(_ text: String, quotes: Bool) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped.append(contentsOf: "\\\\".unicodeScalars)
            case "\n": escaped.append(contentsOf: "\\n".unicodeScalars)
            case "\"" where quotes: escaped.append(contentsOf: "\\\"".unicodeScalars)
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }

    /// The shortest text that reads back as `number`; whole numbers without a fraction.
    static func format(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: number).map { String($0) } ?? String(number)
    }
}
