// SPDX-License-Identifier: Apache-2.0

/// What the control plane may ask of a running gateway.
///
/// Reading never changes it.
package protocol GatewayObserving: Sendable {
    /// What the gateway is doing now.
    func status() -> GatewayStatus
    /// Whether it should be sent traffic; false from the moment it drains.
    func readiness() -> Readiness
    /// Whether every event loop of the data plane still turns.
    func isLive() async -> Bool
    /// Every metric family, in a stable order.
    func metricFamilies() -> [MetricFamily]
}
