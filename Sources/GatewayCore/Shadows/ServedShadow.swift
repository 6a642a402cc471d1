// SPDX-License-Identifier: Apache-2.0
import PluginHost

/// The shadow role of a model version, bound to one snapshot: it gets copies of live requests, and
/// its answers are compared and dropped.
///
/// It has no circuit breaker, for nothing depends on its answers: failures are only counted, and never
/// where the version's live calls are.
package final class ServedShadow: Sendable {
    /// How much it sees and how long it may take.
    package let settings: ShadowSettings
    /// Where its calls run: never on an event loop.
    let queue: any CallQueue
    let meter: ShadowMeter
    let series: ShadowSeries
    let sampling: ShadowSampling

    /// Gathers the parts of a shadow.
    package init(
        model: String,
        version: String,
        settings: ShadowSettings,
        queue: any CallQueue,
        meter: ShadowMeter,
        series: ShadowSeries
    ) {
        self.settings = settings
        self.queue = queue
        self.meter = meter
        self.series = series
        sampling = ShadowSampling(
            model: model,
            version: version,
            basisPoints: settings.sampleBasisPoints
        )
    }
}
