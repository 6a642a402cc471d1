// SPDX-License-Identifier: Apache-2.0

/// Makes families of the series plugins registered for themselves.
///
/// Two builds of one plugin have the same series: their values are added up.
package struct PluginFamilies {
    /// In the order their names were first seen.
    package private(set) var families: [MetricFamily] = []

    /// No families yet.
    package init() {}

    /// Adds a counter; its name ends in `_total`, whatever the plugin called it.
    package mutating func addCounter(_ name: String, _ count: UInt64) {
        add(.number(Double(count)), .counter, Self.name(name, suffix: "_total"))
    }

    /// Adds a duration histogram; its name ends in `_seconds`, whatever the plugin called it.
    package mutating func addHistogram(_ name: String, _ histogram: HistogramValue) {
        add(.histogram(histogram), .histogram, Self.name(name, suffix: "_seconds"))
    }

    private static func name(_ name: String, suffix: String) -> String {
        name.hasSuffix(suffix) ? name : name + suffix
    }

    private mutating func add(
        _ value: MetricSample.Value,
        _ kind: MetricFamily.Kind,
        _ name: String
    ) {
        if let known = families.firstIndex(where: { $0.name == name }) {
            families[known].samples[0].add(value)
        } else {
            families.append(
                MetricFamily(
                    name: name,
                    help: "Registered by a plugin.",
                    kind: kind,
                    samples: [MetricSample([], value)]
                )
            )
        }
    }
}

extension MetricSample {
    /// Adds a value of the same kind and edges; any other is left out.
    fileprivate mutating func add(_ other: Value) {
        switch (value, other) {
        case (.number(let mine), .number(let more)):
            value = .number(mine + more)
        case (.histogram(let mine), .histogram(let more))
        where mine.edgesNanoseconds == more.edgesNanoseconds:
            value = .histogram(
                HistogramValue(
                    edgesNanoseconds: mine.edgesNanoseconds,
                    counts: zip(mine.counts, more.counts).map { $0 &+ $1 },
                    sumNanoseconds: mine.sumNanoseconds &+ more.sumNanoseconds
                )
            )
        default: break
        }
    }
}
