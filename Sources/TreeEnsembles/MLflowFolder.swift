// SPDX-License-Identifier: Apache-2.0

/// What the file `MLmodel` of an MLflow folder says of a model of trees.
///
/// Its YAML is what MLflow writes: block mappings of plain and quoted scalars. Other YAML is refused,
/// not guessed.
package struct MLflowFolder: Hashable, Sendable {
    /// The flavors whose files are read here, the most exact first.
    private static let flavors = ["xgboost", "lightgbm", "catboost", "onnx"]

    /// The flavor that was chosen.
    package let flavor: String
    /// The model's file, relative to the folder.
    package let modelFile: String
    /// The names of the columns its signature lists, in order; empty without signature or names.
    package let columnNames: [String]

    /// Reads the text of an `MLmodel` file.
    ///
    /// - Throws: `ModelError`, whose place is a line.
    package init(mlmodel bytes: [UInt8]) throws(ModelError) {
        try checkCount(bytes.count, max: Self.sizeMax, "bytes of MLmodel")
        let values = try Self.scalars(bytes)
        guard let flavor = Self.flavors.first(where: { values["flavors/\($0)/data"] != nil }),
            let file = values["flavors/\(flavor)/data"]
        else {
            throw ModelError(
                .unsupported,
                "no flavor of \(Self.flavors.joined(separator: ", "))",
                at: .file,
                advice: "log the model with mlflow.xgboost, lightgbm, catboost or onnx"
            )
        }
        guard !file.hasPrefix("/"), !file.split(separator: "/").contains("..") else {
            throw ModelError(.malformed, "a model file outside of the folder: \(file)", at: .file)
        }
        self.flavor = flavor
        modelFile = file
        columnNames = try values["signature/inputs"].map(Self.columnNames) ?? []
    }

    /// Signatures of thousands of columns are some 100 KiB.
    private static let sizeMax = 1 << 24
}

// MARK: - YAML

extension MLflowFolder {
    /// The scalars of nested block mappings by their path; sequences are passed over.
    private static func scalars(_ bytes: [UInt8]) throws(ModelError) -> [String: String] {
        var values: [String: String] = [:]
        var parents: [(indent: Int, key: String)] = []
        var lines = LineReader(bytes)
        while let line = lines.next() {
            let text = String(decoding: line, as: UTF8.self)
            let indent = text.prefix { $0 == " " }.count
            let content = text.dropFirst(indent)
            guard let colon = content.firstIndex(of: ":"), !content.hasPrefix("-"),
                !content.hasPrefix("#")
            else { continue }
            parents.removeAll { $0.indent >= indent }
            guard parents.count < TreeEnsembleLimits.nestingMax else {
                throw ModelError(.tooLarge, "nested too deep", at: lines.place)
            }
            parents.append((indent, String(content[..<colon])))
            var value = content[content.index(after: colon)...].drop { $0 == " " }[...]
            let path = parents.map(\.key).joined(separator: "/")
            values[path] = try scalar(&value, &lines)
        }
        return values
    }

    /// A plain scalar, or a single-quoted one that may go on over lines, which YAML folds.
    private static func scalar(
        _ value: inout Substring,
        _ lines: inout LineReader
    ) throws(ModelError) -> String {
        guard value.hasPrefix("'") else { return String(value) }
        var text = String(value.dropFirst())
        // A quote inside of the text is doubled: an odd number of them at the end closes it.
        while text.reversed().prefix(while: { $0 == "'" }).count.isMultiple(of: 2) {
            guard let line = lines.next() else {
                throw ModelError(.malformed, "a text without end", at: lines.place)
            }
            let next = String(decoding: line, as: UTF8.self).drop { $0 == " " }
            text += next.isEmpty ? "\n" : " " + next
        }
        return unquoted(text.dropLast())
    }

    private static func unquoted(_ text: Substring) -> String {
        var result = ""
        var isSecond = false
        for character in text {
            isSecond = character == "'" && !isSecond
            if !isSecond { result.append(character) }
        }
        return result
    }

    /// The names in a signature: a JSON array of objects.
    private static func columnNames(_ signature: String) throws(ModelError) -> [String] {
        var names: [String] = []
        var reader = JSONReader(Array(signature.utf8))
        try reader.enterArray()
        while try reader.hasNextElement() {
            try reader.enterObject()
            while let key = try reader.nextKey() {
                if key == "name" { names.append(try reader.text()) } else { try reader.skip() }
            }
        }
        return names
    }
}
