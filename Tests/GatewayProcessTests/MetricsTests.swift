// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The control port.
@Suite struct MetricsTests {
    private let gateway: RunningGateway

    init() throws {
        gateway = try RunningGateway.shared.get()
        _ = try gateway.price([("TEA-4", 1)])
        _ = try gateway.price([("TEA-4", 1)], headers: "x-request-budget-ms: 0\r\n")
    }

    @Test(arguments: [
        "requests_total", "request_duration_seconds_bucket", "phase_duration_seconds_bucket",
        "budget_exceeded_total", "fallback_total", "breaker_state", "traffic_weight",
        "snapshot_info", "snapshot_created_timestamp_seconds",
        "config_last_reload_successful", "build_info", "handler_calls_total", "connections",
    ])
    func metricIsPresent(name: String) throws {
        let lines = try gateway.metrics().split(separator: "\n")
        #expect(
            lines.contains { $0.hasPrefix("sluice_\(name){") || $0.hasPrefix("sluice_\(name) ") }
        )
    }

    @Test func promtoolIsContent() throws {
        let promtool = "/usr/bin/promtool"
        guard FileManager.default.isExecutableFile(atPath: promtool) else { return }
        let folder = try TemporaryFolder()
        let file = try folder.write("metrics", gateway.metrics())
        let output = try SluiceProcess.run(
            ["-c", "\(promtool) check metrics < \(file)"],
            executable: URL(filePath: "/bin/sh")
        )
        #expect(output.status == 0, "\(output.standardOutput)\(output.standardError)")
    }

    @Test func statusTellsWhatServes() throws {
        let status = try gateway.status()
        let models = try #require(status["models"] as? [[String: Any]])
        #expect(models.map { $0["name"] as? String } == ["pricing", "recommendations"])
        #expect((status["snapshot"] as? [String: Any])?["entities"] is [Any])
        #expect((status["instance"] as? [String: Any])?["uptime_seconds"] is Double)
        #expect(status["draining"] as? Bool == false)
    }

    @Test(arguments: [("/livez", 200), ("/readyz", 200), ("/", 200), ("/none", 404)])
    func controlPortAnswers(path: String, status: Int) throws {
        #expect(try gateway.control(path).status == status)
    }
}
