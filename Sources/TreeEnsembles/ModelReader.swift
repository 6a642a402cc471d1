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
        if bytes.starts(with: "tree".utf8) {
            return try LightGBMReader(iterations: iterations).ensemble(of: bytes)
        }
        if bytes.first == Self.versionFieldOfONNX { return try ONNXReader().ensemble(of: bytes) }
        if Self.isCatBoost(bytes) { return try CatBoostReader().ensemble(of: bytes) }
        return try XGBoostReader(iterations: iterations, missingValue: missingValue)
            .ensemble(of: bytes)
    }

    /// `ModelProto` begins with its first field, a varint.
    private static let versionFieldOfONNX: UInt8 = 1 << 3

    private static func isCatBoost(_ bytes: [UInt8]) -> Bool {
        var reader = JSONReader(bytes)
        guard bytes.first == UInt8(ascii: "{"), (try? reader.enterObject()) != nil,
            let key = try? reader.nextKey()
        else { return false }
        return ["ctr_data", "features_info", "model_info", "oblivious_trees"].contains(key)
    }
}
