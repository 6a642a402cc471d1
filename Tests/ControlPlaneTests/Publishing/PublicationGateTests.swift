// SPDX-License-Identifier: Apache-2.0
import ControlPlane
import FeatureSnapshots
import GatewayCore
import PublishingFixtures
import Testing

@Suite struct PublicationGateTests {
    private struct TooDear: Error, CustomStringConvertible {
        let description = "prices differ too much"
    }

    @Test func theGateHasTheLastWord() async throws {
        let gateway = try PublishingGateway(
            gate: PublicationGate { next, serving in
                if next.snapshot !== serving.snapshot { throw TooDear() }
            }
        )
        try await gateway.publish(0)
        #expect(gateway.board.status().snapshot?.id == gateway.snapshots[0].id)
        try await gateway.publish(1)
        let status = gateway.board.status()
        #expect(status.snapshot?.id == gateway.snapshots[0].id)
        #expect(status.refusedSnapshot == "prices differ too much")
        let result = try #require(status.publishing.results.first { $0.subject == "snapshot" })
        #expect(result.outcome == .refused)
        #expect(result.step == "gate")
        try await gateway.reload(build: 1, weight: 1_000)
        #expect(gateway.board.status().config.lastReload.successful)
    }
}
