// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import Logging
import PluginHost
import ServiceLifecycle

/// Logs when the event loops begin and cease to turn requests away.
package struct OverloadReporter: Service {
    private let loops: [LoopLoad]
    private let logger: Logger

    /// Between two looks: often enough for a log line, and no load.
    private static let pollNanoseconds: UInt64 = 500_000_000

    /// A reporter for these loops.
    package init(loops: [LoopLoad], logger: Logger) {
        self.loops = loops
        self.logger = logger
    }

    /// Looks until the group shuts down.
    package func run() async {
        await cancelWhenGracefulShutdown {
            var watch = OverloadWatch()
            while (try? await Task.sleep(nanoseconds: Self.pollNanoseconds)) != nil {
                report(
                    watch.look(
                        isOverloaded: loops.contains(where: \.isOverloaded),
                        overloadCount: loops.reduce(0) { $0 + $1.overloadCount },
                        now: MonotonicClock.nanoseconds
                    )
                )
            }
        }
    }

    private func report(_ event: OverloadWatch.Event?) {
        switch event {
        case .began: logger.warning("overload began, requests are turned away", metadata: load)
        case .ended(let nanoseconds):
            logger.info(
                "overload ended",
                metadata: ["seconds": "\(Double(nanoseconds / 1_000_000) / 1_000)"]
            )
        case nil: break
        }
    }

    private var load: Logger.Metadata {
        let delay = loops.map(\.queueDelayNanoseconds).max() ?? 0
        return [
            "loops": "\(loops.count(where: \.isOverloaded))",
            "queue_delay_ms": "\(Double(delay / 1_000) / 1_000)",
            "checkouts_admitted": "\(loops.map(\.checkoutShare).min() ?? 1)",
            "recommendations_admitted": "\(loops.map(\.recommendationShare).min() ?? 1)",
        ]
    }
}
