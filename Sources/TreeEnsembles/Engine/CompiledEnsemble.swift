// SPDX-License-Identifier: Apache-2.0
import CTreeKernels

/// A tree ensemble made ready to predict: immutable, shared by all threads, nothing set up per call.
///
/// Predictions are those of `ReferencePredictor` to the bit. A call allocates nothing, takes no lock and
/// starts no thread. Rows are pointers: `featureCount` values each, NaN where missing; those of a
/// float32 model are rounded first if they are doubles.
package final class CompiledEnsemble: Sendable {
    /// Which instructions may be used.
    package enum Kernels: Sendable {
        /// The best the processor has.
        case fastest
        /// Those every processor has.
        case portable
    }

    private enum Engine {
        case kernels(EngineArena)
        case plain(PlainWalk)
    }

    /// Columns of a row.
    package let featureCount: Int
    /// Margins of a row.
    package let outputCount: Int
    /// Values of a prediction.
    package let valueCount: Int
    /// How rows are predicted, in words for a log; what is not covered by the kernels says why.
    package let engineDescription: String
    private let engine: Engine
    let transform: OutputTransform
    let precision: Precision

    /// Compiles an ensemble.
    package init(_ ensemble: TreeEnsemble, kernels: Kernels = .fastest) {
        featureCount = ensemble.features.count
        outputCount = ensemble.outputCount
        valueCount = ensemble.valueCount
        transform = ensemble.transform
        precision = ensemble.accumulation.precision
        do throws(EngineLimit) {
            let arena = try EngineArena(ensemble, kernels: kernels)
            engine = .kernels(arena)
            engineDescription = arena.summary
        } catch {
            engine = .plain(PlainWalk(ensemble))
            engineDescription = "plain walk, split by split: " + error.reason
        }
    }

    /// The compiled program; nil where the ensemble is walked plainly.
    var arena: EngineArena? {
        guard case .kernels(let arena) = engine else { return nil }
        return arena
    }

    /// Doubles a caller makes room for, for each row: the larger of `outputCount` and `valueCount`.
    package var resultCountMax: Int { max(outputCount, valueCount) }

    /// Writes what the library predicts for rows `stride` bytes apart.
    ///
    /// That is `valueCount` doubles a row, one row after the other. `results` has room for
    /// `count * resultCountMax`.
    package func predict(
        rows: UnsafePointer<Float>,
        stride: Int,
        count: Int,
        into results: UnsafeMutablePointer<Double>
    ) {
        margins(rows: rows, stride: stride, count: count, into: results)
        transform.apply(to: results, margins: outputCount, rows: count, precision)
    }

    /// Writes what the library predicts for rows of doubles; as for floats.
    package func predict(
        rows: UnsafePointer<Double>,
        stride: Int,
        count: Int,
        into results: UnsafeMutablePointer<Double>
    ) {
        margins(rows: rows, stride: stride, count: count, into: results)
        transform.apply(to: results, margins: outputCount, rows: count, precision)
    }

    /// Writes what the library predicts for one row; `results` has room for `resultCountMax`.
    package func predict(row: UnsafePointer<Float>, into results: UnsafeMutablePointer<Double>) {
        predict(rows: row, stride: 0, count: 1, into: results)
    }

    /// Writes what the library predicts for one row of doubles.
    package func predict(row: UnsafePointer<Double>, into results: UnsafeMutablePointer<Double>) {
        predict(rows: row, stride: 0, count: 1, into: results)
    }

    /// Writes the margins of rows `stride` bytes apart, before any transform: `outputCount` a row.
    package func margins(
        rows: UnsafePointer<Float>,
        stride: Int,
        count: Int,
        into margins: UnsafeMutablePointer<Double>
    ) {
        switch engine {
        case .kernels(let arena):
            tree_predict_float(arena.program, rows, stride, count, margins)
        case .plain(let walk):
            walk.margins(rows: rows, stride: stride, count: count, into: margins)
        }
    }

    /// Writes the margins of rows of doubles; as for floats.
    package func margins(
        rows: UnsafePointer<Double>,
        stride: Int,
        count: Int,
        into margins: UnsafeMutablePointer<Double>
    ) {
        switch engine {
        case .kernels(let arena):
            tree_predict_double(arena.program, rows, stride, count, margins)
        case .plain(let walk):
            walk.margins(rows: rows, stride: stride, count: count, into: margins)
        }
    }
}
