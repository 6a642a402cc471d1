// SPDX-License-Identifier: Apache-2.0

import YAMLDecoding

/// How new plugins, models and snapshots are proved before they serve.
package struct PublishingConfig: Hashable, Sendable, Encodable {
    /// Recorded requests each new version or binding must answer; 0 for none.
    package var warmUpRequests = 16
    /// How long the warm-up of all of them may take together.
    package var warmUpTimeoutNanoseconds: UInt64 = .seconds(5)
    /// How long binding all models to a snapshot may take.
    package var bindTimeoutNanoseconds: UInt64 = .seconds(60)
    /// How long to wait for calls of the snapshot before the last.
    package var drainTimeoutNanoseconds: UInt64 = .seconds(10)
    /// How long the probe of a new config in a process of its own may take.
    package var probeTimeoutNanoseconds: UInt64 = .seconds(60)
    /// Plugin images that may stay in memory without being used.
    package var retiredImages = 16

    /// The defaults.
    package init() {}

    init(_ object: ObjectDecoder) {
        let requests = ConfigLimits.warmUpRequests
        object.read("warm_up_requests", .integer(in: requests), into: &warmUpRequests)
        let wait = ConfigLimits.publishingWait
        object.read("warm_up_timeout", .nanoseconds(in: wait), into: &warmUpTimeoutNanoseconds)
        object.read("bind_timeout", .nanoseconds(in: wait), into: &bindTimeoutNanoseconds)
        object.read("drain_timeout", .nanoseconds(in: wait), into: &drainTimeoutNanoseconds)
        object.read("probe_timeout", .nanoseconds(in: wait), into: &probeTimeoutNanoseconds)
        let images = ConfigLimits.retiredImages
        object.read("retired_images", .integer(in: images), into: &retiredImages)
    }
}
