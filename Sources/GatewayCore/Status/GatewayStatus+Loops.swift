// SPDX-License-Identifier: Apache-2.0

extension GatewayStatus {
    /// How loaded one event loop is.
    package struct Loop: Encodable, Equatable, Sendable {
        /// Whether some of its requests are turned away.
        package var overloaded: Bool
        /// How often that has begun.
        package var overloads: UInt64
        /// The smallest time that requests of its last interval waited.
        package var queueDelayMilliseconds: Double
        /// The part of the checkouts it answers, from 0 to 1.
        package var checkoutShare: Double
        /// The part of the recommendations it answers, from 0 to 1.
        package var recommendationShare: Double

        /// Describes a loop.
        package init(
            overloaded: Bool,
            overloads: UInt64,
            queueDelayMilliseconds: Double,
            checkoutShare: Double,
            recommendationShare: Double
        ) {
            self.overloaded = overloaded
            self.overloads = overloads
            self.queueDelayMilliseconds = queueDelayMilliseconds
            self.checkoutShare = checkoutShare
            self.recommendationShare = recommendationShare
        }

        /// Reads a loop's load.
        package init(_ load: LoopLoad) {
            self.init(
                overloaded: load.isOverloaded,
                overloads: load.overloadCount,
                queueDelayMilliseconds: Double(load.queueDelayNanoseconds) / 1e6,
                checkoutShare: load.checkoutShare,
                recommendationShare: load.recommendationShare
            )
        }
    }

    /// The families that say how loaded the event loops are.
    var loopFamilies: [MetricFamily] {
        [
            MetricFamily(
                name: "sluice_overloaded",
                help: "1 while an event loop turns requests away.",
                kind: .gauge,
                samples: loops.enumerated().map { index, loop in
                    MetricSample([.init("loop", "\(index)")], loop.overloaded ? 1 : 0)
                }
            ),
            MetricFamily(
                name: "sluice_admitted_ratio",
                help: "Part of a class's shoppers that an event loop answers.",
                kind: .gauge,
                samples: loops.enumerated().flatMap { index, loop in
                    [
                        ("checkout", loop.checkoutShare),
                        ("recommendation", loop.recommendationShare),
                    ]
                    .map { MetricSample([.init("loop", "\(index)"), .init("class", $0)], $1) }
                }
            ),
        ]
    }
}
