// SPDX-License-Identifier: Apache-2.0
import CTreePeers
import Foundation
import TreeEnsembles

/// Something that predicts, behind the signature the clock calls.
struct Contender {
    let name: String
    let predict: tree_predict
    let state: UnsafeMutableRawPointer

    /// A peer; the process ends where it did not load, which it has said.
    init(_ name: String, _ predict: @escaping tree_predict, _ state: UnsafeMutableRawPointer?) {
        guard let state else { exit(1) }
        self.name = name
        self.predict = predict
        self.state = state
    }

    /// A compiled ensemble, called as a handler calls it.
    init(_ name: String, _ served: ServedEnsemble) {
        self.name = name
        state = Unmanaged.passRetained(served).toOpaque()
        predict = { state, first, count, results in
            guard let state, let results else { return }
            let served = Unmanaged<ServedEnsemble>.fromOpaque(state)
            served.takeUnretainedValue().predict(first, count, results)
        }
    }
}

/// A compiled ensemble and the way it is asked.
class ServedEnsemble {
    let compiled: CompiledEnsemble
    let rows: tree_rows
    let stride: Int

    init(_ compiled: CompiledEnsemble, _ rows: tree_rows) {
        self.compiled = compiled
        self.rows = rows
        stride = rows.features * MemoryLayout<Float>.stride
    }

    func predict(_ first: Int, _ count: Int, _ results: UnsafeMutablePointer<Double>) {
        compiled.predict(rows: row(first), stride: stride, count: count, into: results)
    }

    func row(_ index: Int) -> UnsafePointer<Float> { rows.values + index * rows.features }
}

/// Half of the features are the same for all rows of a call.
class RankedEnsemble: ServedEnsemble {
    let ranking: RankingEnsemble
    let scratch: UnsafeMutableRawPointer

    init(_ ranking: RankingEnsemble, of compiled: CompiledEnsemble, _ rows: tree_rows) {
        self.ranking = ranking
        scratch = .allocate(byteCount: ranking.scratchByteCount, alignment: 64)
        super.init(compiled, rows)
    }

    override func predict(_ first: Int, _ count: Int, _ results: UnsafeMutablePointer<Double>) {
        ranking.predict(
            context: row(first),
            rows: row(first),
            stride: stride,
            count: count,
            scratch: scratch,
            into: results
        )
    }
}

/// The same with rows encoded ahead.
final class EncodedEnsemble: RankedEnsemble {
    private let codes: UnsafeMutablePointer<UInt8>

    override init(_ ranking: RankingEnsemble, of compiled: CompiledEnsemble, _ rows: tree_rows) {
        codes = .allocate(capacity: rows.count * ranking.codeCount)
        super.init(ranking, of: compiled, rows)
        ranking.encode(rows: rows.values, stride: stride, count: rows.count, into: codes)
    }

    override func predict(_ first: Int, _ count: Int, _ results: UnsafeMutablePointer<Double>) {
        ranking.predict(
            context: row(first),
            codes: codes + first * ranking.codeCount,
            stride: ranking.codeCount,
            count: count,
            scratch: scratch,
            into: results
        )
    }
}
