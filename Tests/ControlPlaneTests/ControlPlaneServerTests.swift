// SPDX-License-Identifier: Apache-2.0
import Foundation
import GatewayCore
import Logging
import SocketActivation
import Testing

@testable import ControlPlane

/// Everything here goes through a real socket.
struct ControlPlaneServerTests {
    @Test func aHealthyGatewayIsLiveAndReady() async throws {
        try await ControlClient.withServer(FixedGateway()) { client in
            let live = try await client.ask("/livez")
            #expect(live.status == 200)
            #expect(live.body == "live\n")
            let ready = try await client.ask("/readyz")
            #expect(ready.status == 200)
            #expect(ready.body == "ready\n")
        }
    }

    @Test func saysWhyItIsNotReadyWhenAsked() async throws {
        let gateway = FixedGateway(
            shownReadiness: Readiness(reasons: ["draining", "no snapshot adopted"])
        )
        try await ControlClient.withServer(gateway) { client in
            let short = try await client.ask("/readyz")
            #expect(short.status == 503)
            #expect(short.body == "not ready\n")
            let verbose = try await client.ask("/readyz?verbose")
            #expect(verbose.status == 503)
            #expect(verbose.body == "not ready\ndraining\nno snapshot adopted\n")
        }
    }

    @Test func aLoopThatNeverAnswersIsNotLive() async throws {
        let hanging = FixedGateway(live: {
            await withUnsafeContinuation { (_: UnsafeContinuation<Bool, Never>) in }
        })
        try await ControlClient.withServer(hanging) { client in
            let reply = try await client.ask("/livez")
            #expect(reply.status == 503)
        }
        try await ControlClient.withServer(FixedGateway(live: { false })) { client in
            let reply = try await client.ask("/livez")
            #expect(reply.status == 503)
        }
    }

    @Test func metricsKeepTheGrammar() async throws {
        try await ControlClient.withServer(FixedGateway()) { client in
            let reply = try await client.ask("/metrics")
            #expect(reply.status == 200)
            #expect(reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(try !ExpositionGrammar.read(reply.body).isEmpty)
        }
    }

    @Test func statusIsJSONInSnakeCase() async throws {
        try await ControlClient.withServer(FixedGateway()) { client in
            let reply = try await client.ask("/api/status")
            #expect(reply.headers["content-type"] == "application/json")
            #expect(reply.headers["cache-control"] == "no-store")
            let status = try #require(
                try JSONSerialization.jsonObject(with: Data(reply.body.utf8)) as? [String: Any]
            )
            let models = try #require(status["models"] as? [[String: Any]])
            let versions = try #require(models[0]["versions"] as? [[String: Any]])
            #expect(versions[1]["weight_basis_points"] as? Int == 1_000)
            let breaker = try #require(versions[1]["breaker"] as? [String: Any])
            #expect(breaker["state"] as? String == "open")
            #expect(breaker["open_until"] as? String == "2026-03-02T11:33:08.000Z")
            let calls = try #require(versions[0]["calls"] as? [String: Any])
            #expect(calls["p99_milliseconds"] as? Double == 0.0098)
            let snapshot = try #require(status["snapshot"] as? [String: Any])
            #expect(snapshot["adopted_at"] as? String == "2026-03-01T09:30:00.120Z")
            #expect(status["draining"] as? Bool == false)
        }
    }

    @Test func theStatusPageShowsTheGatewayAndRunsNothing() async throws {
        try await ControlClient.withServer(FixedGateway()) { client in
            let page = try await client.ask("/")
            #expect(page.headers["content-type"] == "text/html; charset=utf-8")
            #expect(
                page.headers["content-security-policy"]?.hasPrefix("default-src 'none'") == true
            )
            for text in ["pricing", "rule-pricer", "90 %", "20260301T093000Z-7d1f", "1 d 2 h"] {
                #expect(page.body.contains(text), "\(text)")
            }
            #expect(!page.body.contains("<script") && !page.body.contains("style="))
            #expect(
                try await client.ask("/status.css").headers["content-type"]
                    == "text/css; charset=utf-8"
            )
        }
    }

    @Test func headAnswersWithoutABody() async throws {
        try await ControlClient.withServer(FixedGateway()) { client in
            for path in ["/", "/livez", "/readyz", "/metrics", "/api/status"] {
                let reply = try await client.ask(path, method: "HEAD")
                #expect(reply.status == 200, "\(path)")
                #expect(reply.body.isEmpty, "\(path)")
                #expect(Int(reply.headers["content-length"] ?? "") ?? 0 > 0, "\(path)")
            }
        }
    }

    @Test(arguments: [
        ("GET", "/nothing", 404), ("POST", "/nothing", 404), ("GET", "/api", 404),
        ("POST", "/metrics", 405), ("DELETE", "/", 405), ("PUT", "/api/status", 405),
    ])
    func whatItDoesNotAnswerIsAProblem(method: String, path: String, status: Int) async throws {
        try await ControlClient.withServer(FixedGateway()) { client in
            let reply = try await client.ask(path, method: method)
            #expect(reply.status == status)
            #expect(reply.headers["content-type"] == "application/problem+json")
            #expect(reply.headers["allow"] == (status == 405 ? "GET, HEAD" : nil))
            let problem = try JSONSerialization.jsonObject(with: Data(reply.body.utf8))
            #expect((problem as? [String: Any])?["status"] as? Int == status)
        }
    }

    /// What a page would send whose name was made to point here.
    @Test(arguments: [
        ("evil.example", 421), ("127.0.0.1.evil.example", 421),
        ("localhost.evil.example:9090", 421),
        ("", 421), ("1.2.3", 421), ("localhost:1", 200), ("LOCALHOST.", 200), ("10.1.2.3:80", 200),
        ("[::1]:9090", 200), ("Gateway.Example:9090", 200),
    ])
    func namesOfOthersAreRefused(host: String, status: Int) async throws {
        try await ControlClient.withServer(FixedGateway()) { client in
            let connection = try RawControlConnection(port: client.port)
            #expect(await connection.status(host: host) == status, "\(host)")
        }
    }

    @Test func aTakenPortIsAnError() throws {
        let socket = try ListeningSocket.open(host: "127.0.0.1", port: 0)
        #expect(throws: SystemError.self) {
            try ListeningSocket.open(host: "127.0.0.1", port: socket.port)
        }
    }
}
