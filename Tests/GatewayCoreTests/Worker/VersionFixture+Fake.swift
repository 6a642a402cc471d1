// SPDX-License-Identifier: Apache-2.0
import GatewayFixtures
import PluginHost

extension VersionFixture {
    /// A version of the fake plugin.
    static func fake(
        _ name: String,
        _ handler: String = "price",
        _ control: FakeControl,
        pool: HandlerPool? = nil
    ) throws -> VersionFixture {
        try VersionFixture(
            name,
            handler: FakePlugin.handler(handler),
            settings: control.settings,
            pool: pool
        )
    }
}
