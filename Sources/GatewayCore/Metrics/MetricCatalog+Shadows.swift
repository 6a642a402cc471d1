// SPDX-License-Identifier: Apache-2.0

extension MetricCatalog {
    /// What the shadows found out, in a stable order.
    var shadowFamilies: [MetricFamily] {
        [
            requestsFamily, durationFamily, linesFamily, guardFamily, deltaFamily, overlapFamily,
        ]
    }

    private var requestsFamily: MetricFamily {
        MetricFamily(
            name: "sluice_shadow_requests_total",
            help: "Live requests a shadow sampled, by what became of its copy.",
            kind: .counter,
            samples: leases().flatMap { labels, lease in
                ShadowResult.allCases.map {
                    MetricSample(
                        labels + [.init("result", $0.rawValue)],
                        Double(lease.value(at: ShadowLayout.requests($0)))
                    )
                }
            }
        )
    }

    private var durationFamily: MetricFamily {
        MetricFamily(
            name: "sluice_shadow_duration_seconds",
            help: "Time from handing a request to a shadow to its answer.",
            kind: .histogram,
            samples: leases().map { labels, lease in
                MetricSample(labels, lease.histogram(at: ShadowLayout.duration))
            }
        )
    }

    private var linesFamily: MetricFamily {
        MetricFamily(
            name: "sluice_shadow_lines_total",
            help: "Compared lines by whether the shadow's price is lower, equal or higher.",
            kind: .counter,
            samples: leases(.price).flatMap { labels, lease in
                PriceDelta.Order.allCases.map {
                    MetricSample(
                        labels + [.init("shadow_price", "\($0)")],
                        Double(lease.value(at: ShadowLayout.lines($0)))
                    )
                }
            }
        )
    }

    private var guardFamily: MetricFamily {
        MetricFamily(
            name: "sluice_shadow_guard_violations_total",
            help: "Compared lines whose price of the shadow the route's guard would have refused.",
            kind: .counter,
            samples: leases(.price).map { labels, lease in
                MetricSample(labels, Double(lease.value(at: ShadowLayout.guardViolations)))
            }
        )
    }

    private var deltaFamily: MetricFamily {
        MetricFamily(
            name: "sluice_shadow_price_delta_ratio",
            help: "The shadow's unit price less the live one, as a share of the live one.",
            kind: .histogram,
            samples: leases(.price).map { MetricSample($0, $1.priceDeltas) }
        )
    }

    private var overlapFamily: MetricFamily {
        MetricFamily(
            name: "sluice_shadow_top_k_overlap",
            help: "What the heads of the live and the shadow's list have in common.",
            kind: .histogram,
            samples: leases(.recommend).flatMap { labels, lease in
                OverlapMeasure.allCases.map {
                    MetricSample(
                        labels + [.init("measure", $0.rawValue)],
                        lease.overlaps($0)
                    )
                }
            }
        )
    }

    /// The leases of all shadows, or of those of one kind.
    private func leases(
        _ kind: ServedModel.Kind? = nil
    ) -> [(labels: [MetricLabel], lease: MetricLease)] {
        dimensions.shadows.filter { kind == nil || $0.kind == kind }.compactMap { shadow in
            lease(.shadow(model: shadow.model, version: shadow.version)).map {
                ([.init("model", shadow.model), .init("version", shadow.version)], $0)
            }
        }
    }
}

extension MetricLease {
    var priceDeltas: RatioHistogram {
        RatioHistogram(
            edges: PriceDelta.edgesBasisPoints.map { Double($0) / 10_000 },
            counts: (0..<PriceDelta.bucketCount).map { value(at: ShadowLayout.delta + $0) },
            sum: millionths(at: ShadowLayout.delta + PriceDelta.bucketCount)
        )
    }

    func overlaps(_ measure: OverlapMeasure) -> RatioHistogram {
        let start = ShadowLayout.overlap(measure)
        return RatioHistogram(
            edges: TopOverlap.tenths.map { Double($0) / 10 },
            counts: (0..<TopOverlap.bucketCount).map { value(at: start + $0) },
            sum: millionths(at: start + TopOverlap.bucketCount)
        )
    }

    private func millionths(at offset: Int) -> Double {
        Double(Int64(bitPattern: value(at: offset))) / 1_000_000
    }
}
