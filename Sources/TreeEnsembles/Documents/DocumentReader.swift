// SPDX-License-Identifier: Apache-2.0

/// Pulls values out of a document in the order they stand, without building a tree of them.
///
/// A caller enters an object or array, asks for the next key or element until there is none, and after
/// each reads or skips exactly one value. Every failure names the place.
protocol DocumentReader {
    /// Where the next value stands.
    var place: ModelError.Place { get }

    mutating func enterObject() throws(ModelError)
    /// The next key of the object entered last; nil at its end, which leaves it.
    mutating func nextKey() throws(ModelError) -> String?
    mutating func enterArray() throws(ModelError)
    /// Whether the array entered last has another element; its end leaves it.
    mutating func hasNextElement() throws(ModelError) -> Bool
    mutating func text() throws(ModelError) -> String
    mutating func integer() throws(ModelError) -> Int
    /// A number rounded once, to float32.
    mutating func float() throws(ModelError) -> Float
    /// An array of numbers, each rounded once.
    mutating func floats() throws(ModelError) -> [Float]
    mutating func doubles() throws(ModelError) -> [Double]
    /// An array of integers or truth values; texts and fractions are refused.
    mutating func integers() throws(ModelError) -> [Int]
    mutating func skip() throws(ModelError)
    /// Refuses anything after the document.
    mutating func finish() throws(ModelError)
}

extension DocumentReader {
    func malformed(_ message: String) -> ModelError { ModelError(.malformed, message, at: place) }

    /// Enters an object and hands each key to `member`, which reads or skips the value.
    mutating func readObject(
        _ member: (String, inout Self) throws(ModelError) -> Void
    ) throws(ModelError) {
        try enterObject()
        while let key = try nextKey() { try member(key, &self) }
    }

    /// Enters an array and calls `element` before each element, which it reads or skips.
    mutating func readArray(
        _ element: (inout Self) throws(ModelError) -> Void
    ) throws(ModelError) {
        try enterArray()
        while try hasNextElement() { try element(&self) }
    }

    mutating func texts() throws(ModelError) -> [String] {
        var texts: [String] = []
        try readArray { (reader) throws(ModelError) in
            guard texts.count < TreeEnsembleLimits.featuresMax else {
                throw reader.malformed("more than \(texts.count) texts")
            }
            texts.append(try reader.text())
        }
        return texts
    }

    /// An integer written as a text, as XGBoost writes its parameters.
    mutating func integerText() throws(ModelError) -> Int {
        let place = place
        let text = try text()
        guard let value = Int(text) else {
            throw ModelError(.malformed, "expected an integer, found \"\(text)\"", at: place)
        }
        return value
    }
}

/// Where a reader is inside of a document, as a JSON pointer.
struct DocumentPath {
    private enum Step {
        case object(key: String)
        case array(index: Int)
    }

    private var steps: [Step] = []

    var depth: Int { steps.count }

    var pointer: String {
        steps.reduce(into: "") { pointer, step in
            switch step {
            case .object(let key): pointer += "/" + key
            case .array(let index): pointer += "/\(max(index, 0))"
            }
        }
    }

    mutating func enterObject() { steps.append(.object(key: "")) }
    mutating func enterArray() { steps.append(.array(index: -1)) }
    mutating func leave() { steps.removeLast() }
    mutating func move(to key: String) { steps[steps.count - 1] = .object(key: key) }

    mutating func moveToNextElement() {
        guard case .array(let index)? = steps.last else { return }
        steps[steps.count - 1] = .array(index: index + 1)
    }
}
