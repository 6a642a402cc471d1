// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Testing

/// What comes into force under load, and what must not.
@Suite(.serialized) struct PublishingTests {
    private static let adopted = "snapshot adopted"
    private static let refused = "config refused, the old one stays in force"

    @Test func reloadsAndSnapshotsUnderLoadFailNoRequest() throws {
        let store = try FixtureStore.published()
        let gateway = try RunningGateway(store: store)
        let builds = try (0..<2).map { try Self.pricing(build: $0, in: store.folder) }
        let load = LoadGenerator(port: gateway.dataPort, threads: 4)
        for round in 0..<20 {
            var config = TestConfig(snapshots: store.directory)
            config.plugins[0] = builds[round / 5 % 2]
            config.prices[0].weight = 4_000 + round
            config.prices[1].weight = 6_000 - round
            config.prices[1].text =
                "{plugin: pricing, handler: quantity-break, settings: {floor_percent: \(round % 3)}}"
            try gateway.reload(config.text)
            try gateway.waitForLog("config reloaded", occurrence: round + 1)
            guard round % 5 == 0 else { continue }
            let id = try store.build(history: FixtureStore.history(mugPrice: "10.\(10 + round)"))
            #expect(try Waiting.until { try gateway.snapshotID() == id }, "\(gateway.logText)")
        }
        #expect(load.waitForMoreRequests())
        let report = load.stop()
        #expect(report.failures.isEmpty, "\(report.failures.prefix(3)) of \(report.requestCount)")
        // The old ones are unmapped once no call reads them and the next look has let them go.
        #expect(try Waiting.until { try gateway.mappedSnapshots().count == 1 })
        #expect(try gateway.metrics().contains(#"sluice_plugin_images{state="retired"} 2"# + "\n"))
        #expect(try gateway.metrics().contains("sluice_snapshots_draining 0\n"))
    }

    @Test func onlyTheLoadingThreadsRunAtLowPriority() throws {
        let gateway = try RunningGateway(store: .published()) {
            $0.prices[1].text = "{plugin: pricing, handler: quantity-break, execution: pooled}"
        }
        var config = TestConfig(snapshots: try #require(gateway.store).directory)
        config.prices[1].text =
            "{plugin: pricing, handler: quantity-break, execution: pooled, pool: {threads: 3}}"
        try gateway.reload(config.text)
        try gateway.waitForLog("config reloaded")
        let pool = try gateway.priorities(ofThreads: "pricing-2")
        #expect(pool.count >= 3)
        #expect(Set(pool) == Set(try gateway.priorities(ofThreads: "sluice")))
    }

    @Test(arguments: [
        (
            "static int32_t load(",
            "__attribute__((constructor)) static void trap(void) { __builtin_trap(); }\nstatic int32_t load("
        ),
        ("model_t *made = malloc", "__builtin_trap(); model_t *made = malloc"),
        ("binding_t *made = malloc", "__builtin_trap(); binding_t *made = malloc"),
    ])
    func aPluginThatCrashesCostsAReload(old: String, new: String) throws {
        let gateway = try RunningGateway(store: .published())
        let folder = try #require(gateway.store).folder
        var config = TestConfig(snapshots: try #require(gateway.store).directory)
        config.plugins.append(try CPlugin.compile(in: folder, replacing: old, with: new))
        config.prices.append(
            .init(name: "3", text: "{plugin: minimal-c, handler: minimal-c}", weight: 0)
        )
        try gateway.reload(config.text)
        let line = try gateway.waitForLog(Self.refused)
        #expect(line["step"] as? String == "probe")
        #expect((line["error"] as? String)?.contains("ended the process by signal") == true)
        #expect(try gateway.price([("TEA-4", 1)]).status == 200)
        let result = try #require(try gateway.publishing("config"))
        #expect(result["outcome"] as? String == "refused")
        #expect(try gateway.metrics().contains(#"sluice_plugin_images{state="retired"} 0"#))
    }

    @Test func tooManyRetiredImagesAskForARestart() throws {
        let store = try FixtureStore.published()
        let gateway = try RunningGateway(store: store) { $0.publishing = "{retired_images: 1}" }
        var config = TestConfig(snapshots: store.directory)
        config.publishing = "{retired_images: 1}"
        for (build, message) in [(0, "config reloaded"), (1, Self.refused)] {
            config.plugins[0] = try Self.pricing(build: build, in: store.folder)
            try gateway.reload(config.text)
            let line = try gateway.waitForLog(message)
            guard build == 1 else { continue }
            #expect((line["error"] as? String)?.contains("restart the gateway") == true, "\(line)")
        }
        // An image that is in memory already may come back.
        config.plugins[0] = Products.plugin("PricingPlugin")
        try gateway.reload(config.text)
        try gateway.waitForLog("config reloaded", occurrence: 2)
    }

    @Test func aVersionThatMissesItsGoldenRepliesIsRefused() throws {
        let gateway = try RunningGateway(store: .published())
        let store = try #require(gateway.store)
        for (price, message) in [("9.99", Self.refused), ("10.00", "config reloaded")] {
            let artifact = try Self.artifact(price: price, in: store.folder)
            var config = TestConfig(snapshots: store.directory)
            config.prices[0].text = "{plugin: pricing, handler: list-price, artifact: \(artifact)}"
            try gateway.reload(config.text)
            let line = try gateway.waitForLog(message)
            guard message == Self.refused else { continue }
            let error = line["error"] as? String ?? ""
            #expect(error.contains("pricing/1"), "\(error)")
            #expect(
                error.contains(#"/lines/0/unit_price: expected "9.99", got "10.00""#),
                "\(error)"
            )
        }
    }

    @Test func aVersionThatAnswersNoRecordedRequestIsRefused() throws {
        let gateway = try RunningGateway(store: .published())
        for shopper in 0..<64 {
            #expect(try gateway.price([("TEA-4", 1)], session: "s\(shopper)").status == 200)
        }
        var config = TestConfig(snapshots: try #require(gateway.store).directory)
        config.prices.append(.erratic("erratic-price", "mode: fail, one_in: 1", name: "3"))
        config.prices[2].weight = 0
        try gateway.reload(config.text)
        let line = try gateway.waitForLog(Self.refused)
        #expect(line["step"] as? String == "warm_up")
        #expect((line["error"] as? String)?.contains("pricing/3: fails") == true)
        #expect(try gateway.publishing("config")?["step"] as? String == "warm_up")
    }

    /// A call that never ends keeps its snapshot; the version waits, and everything else goes on.
    @Test func aStuckCallWithholdsItsVersionAndNothingElse() throws {
        let store = try FixtureStore.published()
        let release = store.folder.path + "/release"
        let plugin = try CPlugin.compile(
            in: store.folder,
            replacing: "for (uint32_t i = 0; i < count; i++) calls[i]->status",
            with: """
                extern int access(const char *, int); extern int usleep(unsigned);
                const sluice_price_line *line = (const void *)calls[0]->request->price->lines;
                while (line->quantity == 77 && access("\(release)", 0) != 0) usleep(1000);
                for (uint32_t i = 0; i < count; i++) calls[i]->status
                """
        )
        let gateway = try RunningGateway(store: store) {
            $0.publishing = "{warm_up_timeout: 50ms, drain_timeout: 50ms}"
            $0.budget = "400ms"
            $0.eventLoops = 1
            $0.plugins.append(plugin)
            $0.prices[1].text =
                "{plugin: minimal-c, handler: minimal-c, execution: pooled, pool: {threads: 32}}"
            $0.prices[0].weight = 0
            $0.prices[1].weight = 10_000
            $0.breaker = "consecutive_failures: 16, open_minimum: 60s"
        }
        // Each snapshot gets a call that does not end, among enough others to stay worth asking.
        for round in 1...5 {
            for _ in 0..<200 { _ = try gateway.price([("TEA-4", 1)]) }
            #expect(try gateway.price([("TEA-4", 77)]).status == 200)
            let id = try store.build(history: FixtureStore.history(mugPrice: "11.0\(round)"))
            #expect(try Waiting.until { try gateway.snapshotID() == id }, "\(gateway.logText)")
            #expect(try gateway.price([("TEA-4", 1)]).json()["snapshot"] as? String == id)
        }
        #expect(try gateway.publishing("pricing/2")?["outcome"] as? String == "withheld")
        #expect(try gateway.publishing("pricing/1")?["outcome"] as? String == "adopted")
        #expect(try gateway.metrics().contains("sluice_versions_withheld 1\n"))
        try gateway.reload(
            try String(contentsOfFile: gateway.configPath, encoding: .utf8)
                .replacingOccurrences(of: "budget: 400ms", with: "budget: 500ms")
        )
        try gateway.waitForLog("config reloaded")
        try store.folder.write("release", "")
        try gateway.waitForLog("withheld versions serve again")
        #expect(try gateway.publishing("pricing/2")?["outcome"] as? String == "adopted")
        #expect(try Waiting.until { try gateway.mappedSnapshots().count == 1 })
    }

    /// Its second snapshot is one it never finishes to bind.
    @Test func aBindThatHangsHoldsUpNothingElse() throws {
        let store = try FixtureStore.published()
        let plugin = try CPlugin.hangingInItsSecondBind(in: store.folder)
        let gateway = try RunningGateway(store: store) {
            $0.publishing = "{bind_timeout: 1s, drain_timeout: 1s}"
            $0.plugins.append(plugin)
            $0.prices.append(
                .init(name: "3", text: "{plugin: minimal-c, handler: minimal-c}", weight: 0)
            )
        }
        let load = LoadGenerator(port: gateway.dataPort, threads: 2)
        try store.build(history: FixtureStore.history(mugPrice: "11.01"))
        let line = try gateway.waitForLog("snapshot refused, the old one keeps serving")
        #expect(line["step"] as? String == "bind")
        #expect((line["error"] as? String)?.contains("pricing/3") == true, "\(line)")
        #expect(try gateway.publishing("pricing/3")?["outcome"] as? String == "refused")
        #expect(try gateway.metrics().contains("sluice_loading_threads_stuck 1\n"))
        for price in ["11.02", "11.03"] {
            let id = try store.build(history: FixtureStore.history(mugPrice: price))
            #expect(try Waiting.until { try gateway.snapshotID() == id }, "\(gateway.logText)")
            #expect(try gateway.publishing("pricing/3")?["outcome"] as? String == "withheld")
        }
        let publishing = try gateway.status()["publishing"] as? [String: Any]
        #expect(publishing?["stuck_loading_threads"] as? Int == 1)
        let report = load.stop()
        #expect(report.failures.isEmpty, "\(report.failures.prefix(3)) of \(report.requestCount)")
    }

    // MARK: Files

    /// The plugin under a name of its own, with bytes of its own.
    private static func pricing(build: Int, in folder: TemporaryFolder) throws -> String {
        var bytes = try Data(contentsOf: URL(filePath: Products.plugin("PricingPlugin")))
        bytes.append(contentsOf: "build \(build)".utf8)
        return try folder.write("libPricing\(build).so", bytes)
    }

    /// A model's folder whose golden request wants that price of a mug.
    private static func artifact(price: String, in folder: TemporaryFolder) throws -> String {
        let path = folder.path + "/model-\(price)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let golden = """
            {"requests": [
              {"request": \(RunningGateway.cart([("MUG-1a", 1)])),
               "reply": {"currency": "EUR", "lines": [{"unit_price": "\(price)"}]}},
              {"snapshot": "20000101T000000-00000000", "request": {}, "reply": {}}
            ]}
            """
        try golden.write(toFile: path + "/golden.json", atomically: true, encoding: .utf8)
        return path
    }
}

extension RunningGateway {
    /// The last result of a subject of the publishing pipeline.
    func publishing(_ subject: String) throws -> [String: Any]? {
        let publishing = try status()["publishing"] as? [String: Any]
        let results = publishing?["results"] as? [[String: Any]]
        return results?.first { $0["subject"] as? String == subject }
    }

    /// The data files this gateway has mapped.
    func mappedSnapshots() throws -> Set<Substring> {
        // Read to its end: a file of /proc comes a page at a time.
        let file = FileHandle(forReadingAtPath: "/proc/\(try pid())/maps")
        let maps = file?.readDataToEndOfFile() ?? Data()
        return Set(
            String(decoding: maps, as: UTF8.self).split(separator: "\n")
                .filter { $0.contains("/data.mdb") }
                .compactMap { $0.split(separator: " ", maxSplits: 5).last }
        )
    }

    /// The niceness of the threads with that name.
    func priorities(ofThreads name: String) throws -> [Substring] {
        let folder = "/proc/\(try pid())/task"
        return try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { thread in
            guard
                let stat = try? String(contentsOfFile: "\(folder)/\(thread)/stat", encoding: .utf8),
                stat.contains("(\(name))")
            else { return nil }
            return stat.split(separator: ")").last?.split(separator: " ")[16]
        }
    }

    private func pid() throws -> Int {
        let instance = try status()["instance"] as? [String: Any]
        return instance?["pid"] as? Int ?? 0
    }
}
