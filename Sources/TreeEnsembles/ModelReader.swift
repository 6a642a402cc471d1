// SPDX-License-Identifier: Apache-2.0

/// Reads a model file of any known format, told by its content and not by its name.
package struct ModelReader: Sendable {
    /// Which iterations predict, where the format has them.
    package var iterations: IterationRange
    /// The argument `missing` of XGBoost's wrappers; nil for NaN.
    package var missingValue: Float?

    /// A reader with those settings.
    package init(iterations: IterationRange = .automatic, missingValue: Float? = nil) {
        self.iterations = iterations
        self.missingValue = missingValue
    }

    /// Reads a whole file.
    ///
    /// - Throws: `ModelError` with the place in the file.
    package func ensemble(of bytes: [UInt8]) throws(ModelError) -> TreeEnsemble {
        guard !bytes.starts(with: "tree".utf8) else {
            return try LightGBMReader(iterations: iterations).ensemble(of: bytes)
        }
        return try XGBoostReader(iterations: iterations, missingValue: missingValue)
            .ensemble(of: bytes)
    }
}
