// SPDX-License-Identifier: Apache-2.0

/// Where an ensemble comes from.
package struct ModelSource: Hashable, Sendable {
    /// The formats that are read.
    package enum Format: String, Hashable, Sendable {
        /// XGBoost's JSON.
        case xgboostJSON = "xgboost_json"
        /// XGBoost's Universal Binary JSON.
        case xgboostUBJSON = "xgboost_ubj"
        /// LightGBM's text.
        case lightGBMText = "lightgbm"
        /// An ONNX graph of one tree operator.
        case onnx
        /// CatBoost's JSON.
        case catBoostJSON = "catboost_json"
    }

    /// The format of the file.
    package let format: Format
    /// The version the file states, in its own words; empty if it states none.
    package let version: String
    /// The objective the model was trained for, in the library's words; empty if not stated.
    package let objective: String
    /// Iterations the ensemble holds, after the choice of a range.
    package let iterationCount: Int

    /// A source of that format.
    package init(format: Format, version: String, objective: String, iterationCount: Int) {
        self.format = format
        self.version = version
        self.objective = objective
        self.iterationCount = iterationCount
    }
}
