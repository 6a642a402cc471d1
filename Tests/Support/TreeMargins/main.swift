// SPDX-License-Identifier: Apache-2.0
import Foundation
import TreeEnsembles

// Predicts rows of little-endian float64 with the reference predictor, for docs/benchmarks/exactness.py.
// tree-margins <model> <rows> <output>: for each row its margins, then its predictions.

func predict(_ model: String, _ rows: String, _ output: String) throws {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: model)))
    let start = ContinuousClock.now
    let ensemble = try ModelReader().ensemble(of: bytes)
    print(
        "\(bytes.count) bytes, \(ensemble.trees.count) trees read in \(ContinuousClock.now - start)"
    )
    let predictor = ReferencePredictor(ensemble)
    let values = try Data(contentsOf: URL(filePath: rows)).withUnsafeBytes {
        Array($0.bindMemory(to: Double.self))
    }
    let columns = ensemble.features.count
    var results: [Double] = []
    for start in stride(from: 0, to: values.count, by: columns) {
        let row = Array(values[start..<(start + columns)])
        results += predictor.margins(of: row) + predictor.prediction(of: row)
    }
    try results.withUnsafeBytes { try Data($0).write(to: URL(filePath: output)) }
}

guard CommandLine.arguments.count == 4 else {
    print("usage: tree-margins <model> <rows> <output>")
    exit(2)
}
do {
    try predict(CommandLine.arguments[1], CommandLine.arguments[2], CommandLine.arguments[3])
} catch {
    print("\(error)")
    exit(1)
}
