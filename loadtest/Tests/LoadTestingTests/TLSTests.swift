// SPDX-License-Identifier: Apache-2.0
import Foundation
import LoadTesting
import Testing

/// Targets with TLS: good certificates, and bad ones by cause.
@Suite(.serialized) struct TLSTests {
    struct Case: Sendable {
        var name = "IP:127.0.0.1"
        var isExpired = false
        var trust: @Sendable (TLSServer) -> TLSTrust = { .file($0.certificate) }
        let cause: FailureCause?
    }

    @Test(arguments: [
        Case(cause: nil),
        Case(trust: { _ in .anyone }, cause: nil),
        Case(name: "DNS:elsewhere", isExpired: true, trust: { _ in .anyone }, cause: nil),
        Case(trust: { _ in .system }, cause: .certificateUntrusted),
        Case(name: "DNS:elsewhere", cause: .certificateName),
        Case(isExpired: true, cause: .certificateExpired),
    ])
    func certificatesAreChecked(_ tested: Case) async throws {
        let server = try TLSServer(name: tested.name, isExpired: tested.isExpired)
        defer { server.stop() }
        let outcome = try await Self.run(port: server.port, isSecure: true, tested.trust(server))
        let measured = outcome.measurements
        if let cause = tested.cause {
            #expect(measured.failureCount(cause) > 0, "\(measured.failures)")
            #expect(measured.answered.count == 0)
        } else {
            #expect(measured.answered.count > 0, "\(measured.failures)")
        }
    }

    @Test func aServerWithoutTLSIsNoHandshake() async throws {
        let server = try await StubServer(.reply(StubServer.good))
        let outcome = try await Self.run(port: server.port, isSecure: true, .anyone)
        try await server.stop()
        #expect(
            outcome.measurements.failureCount(.tlsHandshake) > 0,
            "\(outcome.measurements.failures)"
        )
    }

    @Test func aFileWithoutCertificatesIsTold() async throws {
        await #expect(throws: LoadTestError.self) {
            try await Self.run(port: 1, isSecure: true, .file("/dev/null"))
        }
    }

    private static func run(
        port: Int,
        isSecure: Bool,
        _ trust: TLSTrust
    ) async throws -> LoadRun.Outcome {
        let target = Target(host: "127.0.0.1", port: port, isSecure: isSecure)
        var settings = LoadSettings(
            target: target,
            pace: .open(.constant, RateProfile([.init(seconds: 0.5, rate: 20)]))
        )
        settings.trust = trust
        // Far beyond what a busy machine takes.
        settings.timeoutNanoseconds = 60_000_000_000
        // Each of the server's replies ends its connection, and it takes one at a time.
        settings.connections = 1
        let request = RequestTemplate(
            name: "request",
            kind: .http(method: "GET", path: "/", body: nil)
        )
        let table = try RequestTable(
            Scenario(target: target, request: request),
            target: target,
            catalog: Catalog(),
            seed: 1,
            variety: 1
        )
        return try await LoadRun(settings, sending: table).run()
    }
}
