// SPDX-License-Identifier: Apache-2.0

/// Reads models XGBoost 1.7 to 3.x saved as JSON or UBJSON.
///
/// The file name's extension means nothing: the first bytes tell the format.
package struct XGBoostReader: Sendable {
    /// Which iterations predict.
    package var iterations: IterationRange
    /// The argument `missing` of XGBoost's wrappers, which their files do not hold; nil for NaN.
    package var missingValue: Float?

    /// A reader with those settings.
    package init(iterations: IterationRange = .automatic, missingValue: Float? = nil) {
        self.iterations = iterations
        self.missingValue = missingValue
    }

    /// Reads a whole file.
    ///
    /// - Throws: `ModelError`, whose place is a JSON pointer with its byte.
    package func ensemble(of bytes: [UInt8]) throws(ModelError) -> TreeEnsemble {
        try checkCount(bytes.count, max: TreeEnsembleLimits.fileSizeMax, "bytes of a file")
        try refuseOtherFormats(bytes)
        var document = XGBoostDocument()
        let second = bytes.dropFirst().first { $0 > UInt8(ascii: " ") }
        // JSON goes on with a key's quote or its end, UBJSON with the type of a key's length.
        if second == UInt8(ascii: "\"") || second == UInt8(ascii: "}") {
            var reader = JSONReader(bytes)
            try document.read(from: &reader)
            return try document.ensemble(self, format: .xgboostJSON)
        }
        var reader = UBJSONReader(bytes)
        try document.read(from: &reader)
        return try document.ensemble(self, format: .xgboostUBJSON)
    }

    private func refuseOtherFormats(_ bytes: [UInt8]) throws(ModelError) {
        guard bytes.first != UInt8(ascii: "{") else { return }
        if bytes.starts(with: "binf".utf8) || bytes.starts(with: "bs64".utf8) {
            throw ModelError(
                .unsupported,
                "XGBoost's binary format, removed in 3.1",
                at: .byte(0),
                advice: "load it with XGBoost 3.0 or older and save_model(\"model.ubj\")"
            )
        }
        // Pickle's protocols 2 to 5 begin with 0x80 and their number.
        if bytes.first == 0x80 {
            throw ModelError(
                .unsupported,
                "a Python pickle, which runs code when it is loaded",
                at: .byte(0),
                advice: "load it in Python and save_model(\"model.ubj\")"
            )
        }
        throw ModelError(
            .malformed,
            "expected { of an XGBoost model in JSON or UBJSON",
            at: .byte(0),
            advice: "save it with save_model(\"model.ubj\")"
        )
    }
}
