// SPDX-License-Identifier: Apache-2.0
import CTreePeers
import Foundation
import TreeEnsembles

/// Times compiled ensembles beside their peers, in turns, on one thread: one line of JSON for each.
///
/// Arguments: the folder of `models.py`, the libraries of XGBoost and LightGBM, seconds for each
/// measurement and rounds.
@main
struct TreeBench {
    private static let featureCount = 32
    private static let rowCount = 1_000
    private static let callsMax = 20_000
    private static let coldCallsMax = 40

    let folder: String
    let xgboost: String
    let lightgbm: String
    let budgetSeconds: Double
    let rounds: Int

    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 6, let budget = Double(arguments[4]),
            let rounds = Int(arguments[5])
        else { throw CocoaError(.fileNoSuchFile) }
        let bench = TreeBench(
            folder: arguments[1],
            xgboost: arguments[2],
            lightgbm: arguments[3],
            budgetSeconds: budget,
            rounds: rounds
        )
        for shape in ["100x6", "500x8"] { try bench.run(shape) }
    }

    private func run(_ shape: String) throws {
        let rows = try readRows()
        let xgboostModel = "\(folder)/xgboost-\(shape).json"
        let compiled = try load(xgboostModel)
        let contenders = [
            Contender("sluice (XGBoost model)", ServedEnsemble(compiled, rows)),
            Contender(
                "sluice (LightGBM model)",
                ServedEnsemble(try load("\(folder)/lightgbm-\(shape).txt"), rows)
            ),
        ]
        let peers = peers(shape, xgboostModel, rows)
        try check(contenders + peers, rows)
        for batch in [1, 10, 100, 1_000] {
            measure(contenders + peers, shape, batch, isCold: false)
            if batch == 1 { measure(contenders + peers, shape, batch, isCold: true) }
        }
        let context = Set(0..<Self.featureCount / 2)
        guard let ranking = RankingEnsemble(compiled, contextFeatures: context) else { exit(1) }
        let rankers = [
            Contender(
                "sluice, half of the features shared",
                RankedEnsemble(ranking, of: compiled, rows)
            ),
            Contender(
                "sluice, and the rest encoded ahead",
                EncodedEnsemble(ranking, of: compiled, rows)
            ),
        ]
        for batch in [100, 1_000] { measure(rankers, shape, batch, isCold: false) }
    }

    private func load(_ path: String) throws -> CompiledEnsemble {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let start = ContinuousClock.now
        let ensemble = try ModelReader().ensemble(of: bytes)
        let read = ContinuousClock.now
        let compiled = CompiledEnsemble(ensemble)
        let end = ContinuousClock.now
        print(
            "# \(path): \(bytes.count / 1_024) KiB, read in \(read - start),"
                + " compiled in \(end - read): \(compiled.engineDescription)"
        )
        return compiled
    }

    private func readRows() throws -> tree_rows {
        let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/rows.f32"))
        let values = UnsafeMutablePointer<Float>.allocate(capacity: data.count / 4)
        _ = data.copyBytes(to: UnsafeMutableRawBufferPointer(start: values, count: data.count))
        return tree_rows(values: values, count: Self.rowCount, features: Self.featureCount)
    }

    private func peers(_ shape: String, _ xgboostModel: String, _ rows: tree_rows) -> [Contender] {
        let lightgbmModel = "\(folder)/lightgbm-\(shape).txt"
        let compiledModel = "\(folder)/tl2cgen-\(shape).so"
        return [
            Contender(
                "XGBoost C API",
                tree_xgboost_predict,
                tree_xgboost_open(xgboost, xgboostModel, rows)
            ),
            Contender(
                "LightGBM C API",
                tree_lightgbm_predict,
                tree_lightgbm_open(lightgbm, lightgbmModel, rows)
            ),
            Contender("TL2cgen", tree_tl2cgen_predict, tree_tl2cgen_open(compiledModel, rows)),
        ]
    }

    /// Margins must be the libraries' own, to the bit: a fast wrong answer is not timed.
    private func check(_ contenders: [Contender], _ rows: tree_rows) throws {
        func margins(_ contender: Contender) -> [Double] {
            var margins = [Double](repeating: 0, count: rows.count)
            contender.predict(contender.state, 0, rows.count, &margins)
            return margins
        }
        let pairs = [(contenders[0], contenders[2]), (contenders[1], contenders[3])]
        for (ours, theirs) in pairs where margins(ours) != margins(theirs) {
            print("# \(ours.name) differs from \(theirs.name)")
            exit(1)
        }
    }

    private func measure(_ contenders: [Contender], _ shape: String, _ batch: Int, isCold: Bool) {
        var samples = contenders.map { _ in [Double]() }
        for _ in 0..<rounds {
            for (index, contender) in contenders.enumerated() {
                samples[index] += sample(contender, batch, isCold: isCold)
            }
        }
        for (contender, times) in zip(contenders, samples) {
            let sorted = times.sorted()
            let p50 = Int(sorted[sorted.count / 2])
            let p99 = Int(sorted[sorted.count * 99 / 100])
            print(
                "{\"model\":\"\(shape)\",\"rows\":\(batch),\"cold\":\(isCold),"
                    + "\"name\":\"\(contender.name)\",\"calls\":\(sorted.count),"
                    + "\"p50_ns\":\(p50),\"p99_ns\":\(p99)}"
            )
        }
    }

    private func sample(_ contender: Contender, _ batch: Int, isCold: Bool) -> [Double] {
        let calls = isCold ? Self.coldCallsMax : Self.callsMax
        var times = [Double](repeating: 0, count: calls)
        let count = tree_measure(
            contender.predict,
            contender.state,
            Self.rowCount,
            batch,
            isCold ? 1 : 0,
            calls,
            budgetSeconds,
            &times
        )
        return Array(times.prefix(count))
    }
}
