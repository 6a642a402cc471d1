// SPDX-License-Identifier: Apache-2.0
import CLinux

/// The checks of one handler: its life from load to unload.
struct HandlerChecks {
    private let handler: HandlerRegistration
    private let settingsJSON: String
    private let snapshot = SyntheticSnapshot()

    /// Calls made before measuring growth, so that caches have filled.
    private static let warmUpCalls = 1_000
    /// Calls during which nothing may grow.
    private static let measuredCalls = 10_000
    /// Rounds of measured calls before growth counts.
    private static let growthRounds = 4
    /// Resident growth that a leak of a small object in every call would exceed, in bytes.
    private static let growthBytesMax = 512 << 10
    /// Products of a snapshot that lacks a column: there is one for each column.
    private static let fewProducts = 8
    /// Times a model is bound and released.
    private static let rebinds = 100

    init(_ handler: HandlerRegistration, settingsJSON: String) {
        self.handler = handler
        self.settingsJSON = settingsJSON
    }

    func run(_ report: (CheckEvent) -> Void) {
        let checks: [(String, () throws(PluginError) -> CheckResult)] = [
            ("odd settings", oddSettings),
            ("load, bind, unload", loadsAndUnloads),
            ("missing columns", missingColumns),
            ("execute small and large", executesSmallAndLarge),
            ("no growth", doesNotGrow),
            ("rebinding", rebinds),
        ]
        for (name, check) in checks {
            report(.started(label(name)))
            do throws(PluginError) { report(.result(try check())) } catch {
                report(.result(result(name, .fail, error.message)))
            }
        }
    }

    private func label(_ name: String) -> String { "\(handler.name): \(name)" }

    private func result(
        _ name: String,
        _ outcome: CheckResult.Outcome,
        _ text: String
    ) -> CheckResult { CheckResult(label(name), outcome, text) }

    private func load(settings: String? = nil) throws(PluginError) -> LoadedModel {
        try LoadedModel(
            handler: handler,
            model: "check",
            version: "1",
            settingsJSON: Array((settings ?? settingsJSON).utf8),
            artifactPath: ""
        )
    }

    // MARK: Checks

    private func oddSettings() throws(PluginError) -> CheckResult {
        let odd = ["", "{", "not json", "[1]", "{\"a\":1}{", String(repeating: "[", count: 10_000)]
        let accepted = odd.filter { (try? load(settings: $0)) != nil }
        return result(
            "odd settings",
            accepted.count > 1 ? .warn : .pass,
            "\(accepted.count) of \(odd.count) settings that are no JSON object were accepted"
        )
    }

    private func loadsAndUnloads() throws(PluginError) -> CheckResult {
        let mode = linux_floating_point_mode()
        var model: LoadedModel? = try load()
        let inputs = model?.description.inputs.count ?? 0
        _ = try model?.bind(snapshot.view, keepingAlive: snapshot, reader: snapshot.reader)
        RetirementQueue.drain()
        model = nil
        let isUnchanged = mode == linux_floating_point_mode()
        return result(
            "load, bind, unload",
            isUnchanged ? .pass : .fail,
            isUnchanged ? "\(inputs) inputs described" : "changed the floating-point environment"
        )
    }

    /// A snapshot without a column must be refused by the column's name, or served.
    ///
    /// A model for each, because a pool may hold the binding of the last one a moment longer.
    private func missingColumns() throws(PluginError) -> CheckResult {
        var refused: [String] = []
        for column in SyntheticSnapshot.columnNames {
            let lacking = SyntheticSnapshot(lacking: column, productCount: Self.fewProducts)
            do throws(PluginError) {
                let binding = try load().bind(
                    lacking.view,
                    keepingAlive: lacking,
                    reader: lacking.reader
                )
                CheckCalls(binding, lacking).execute(size: 1)
            } catch {
                guard error.message.contains(column) else {
                    return result(
                        "missing columns",
                        .fail,
                        "refuses a snapshot without \(column) but does not name it: \(error.message)"
                    )
                }
                refused.append(column)
            }
        }
        let names = refused.isEmpty ? "none" : refused.joined(separator: ", ")
        return result("missing columns", .pass, "needs \(names)")
    }

    private func executesSmallAndLarge() throws(PluginError) -> CheckResult {
        let mode = linux_floating_point_mode()
        let calls = CheckCalls(try bind(), snapshot)
        for size in [1, calls.sizeMax] {
            let outcome = calls.execute(size: size)
            if let fault = outcome.fault {
                return result("execute small and large", .fail, "reply of \(size): \(fault)")
            }
            guard outcome.status.verdict != .failure else {
                return result(
                    "execute small and large",
                    .fail,
                    "a request of \(size) ends \(outcome)"
                )
            }
        }
        guard mode == linux_floating_point_mode() else {
            return result(
                "execute small and large",
                .fail,
                "changed the floating-point environment"
            )
        }
        return result("execute small and large", .pass, "1 and \(calls.sizeMax)")
    }

    /// A leak grows in every round; what else happens in the process does not.
    private func doesNotGrow() throws(PluginError) -> CheckResult {
        let calls = CheckCalls(try bind(), snapshot)
        for _ in 0..<Self.warmUpCalls { calls.execute(size: 2) }
        var growth = growth(of: calls)
        for _ in 1..<Self.growthRounds where !growth.isSteady { growth = self.growth(of: calls) }
        return result("no growth", growth.isSteady ? .pass : .fail, growth.text)
    }

    private func growth(of calls: CheckCalls) -> (isSteady: Bool, text: String) {
        let before = ProcessUsage.current
        for _ in 0..<Self.measuredCalls { calls.execute(size: 2) }
        let after = ProcessUsage.current
        let bytes = after.residentBytes - before.residentBytes
        let threads = after.threads - before.threads
        return (
            bytes <= Self.growthBytesMax && threads <= 0,
            "\(Self.measuredCalls) calls: \(bytes / 1024) KiB, \(threads) threads"
        )
    }

    private func rebinds() throws(PluginError) -> CheckResult {
        let model = try load()
        for _ in 0..<Self.rebinds {
            _ = try model.bind(snapshot.view, keepingAlive: snapshot, reader: snapshot.reader)
        }
        RetirementQueue.drain()
        return result("rebinding", .pass, "\(Self.rebinds) times")
    }

    private func bind() throws(PluginError) -> ModelBinding {
        try load().bind(snapshot.view, keepingAlive: snapshot, reader: snapshot.reader)
    }
}
