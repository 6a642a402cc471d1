// SPDX-License-Identifier: Apache-2.0

extension MetricCatalog {
    /// What one shadow found out, for the status page; nil when it has no series.
    package func status(
        ofShadow version: String,
        model: String,
        _ settings: ShadowSettings,
        _ meter: ShadowMeter
    ) -> GatewayStatus.Shadow? {
        guard let lease = lease(.shadow(model: model, version: version)),
            let kind = dimensions.shadows
                .first(where: { $0.model == model && $0.version == version })?.kind
        else { return nil }
        let durations = lease.histogram(at: ShadowLayout.duration)
        return GatewayStatus.Shadow(
            version: version,
            sampleBasisPoints: settings.sampleBasisPoints,
            budgetMilliseconds: Double(settings.budgetNanoseconds) / 1_000_000,
            inFlight: meter.inFlightCount,
            requests: lease.shadowRequests,
            p50Milliseconds: durations.quantileNanoseconds(0.50).map { $0 / 1_000_000 },
            p99Milliseconds: durations.quantileNanoseconds(0.99).map { $0 / 1_000_000 },
            prices: kind == .price ? lease.shadowPrices(meter) : nil,
            lists: kind == .recommend ? lease.shadowLists : nil
        )
    }
}

extension MetricLease {
    fileprivate var shadowRequests: GatewayStatus.ShadowRequests {
        var requests = GatewayStatus.ShadowRequests()
        for result in ShadowResult.allCases {
            let count = value(at: ShadowLayout.requests(result))
            requests.sampled &+= count
            requests[keyPath: result.statusMember] = count
        }
        return requests
    }

    fileprivate func shadowPrices(_ meter: ShadowMeter) -> GatewayStatus.ShadowPrices {
        GatewayStatus.ShadowPrices(
            lower: value(at: ShadowLayout.lines(.lower)),
            equal: value(at: ShadowLayout.lines(.equal)),
            higher: value(at: ShadowLayout.lines(.higher)),
            guardViolations: value(at: ShadowLayout.guardViolations),
            largestDeltaRatio: Double(meter.largestDeltaMillionths) / 1_000_000,
            deltas: priceDeltas.bars
        )
    }

    fileprivate var shadowLists: GatewayStatus.ShadowLists {
        GatewayStatus.ShadowLists(
            meanShare: overlaps(.share).mean,
            meanJaccard: overlaps(.jaccard).mean,
            // Nothing is above all of the list.
            shares: overlaps(.share).bars.dropLast()
        )
    }
}

extension ShadowResult {
    fileprivate var statusMember: WritableKeyPath<GatewayStatus.ShadowRequests, UInt64> {
        switch self {
        case .compared: \.compared
        case .notComparable: \.notComparable
        case .handlerError: \.handlerError
        case .badReply: \.badReply
        case .late: \.late
        case .shed: \.shed
        case .full: \.full
        }
    }
}
