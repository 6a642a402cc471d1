// SPDX-License-Identifier: Apache-2.0

/// What an ONNX file says: its operators and its inputs.
struct ONNXGraph {
    /// An input with the type and, if known, the number of its columns.
    struct Input {
        var name = ""
        var type = 0
        var columnCount: Int?
    }

    /// Operators around the trees that change no number the trees see or give.
    private static let trivialOperations: Set = ["Cast", "Identity", "ZipMap"]

    var producer = ""
    var nodes: [ONNXNode] = []
    var inputs: [Input] = []

    init(_ bytes: [UInt8]) throws(ModelError) {
        var reader = ProtobufReader(bytes[...])
        while let field = try reader.next() {
            switch field.number {
            case 2: producer = try field.text()
            case 3: producer += " " + (try field.text())
            case 7: try readGraph(field)
            default: break
            }
        }
    }

    private mutating func readGraph(_ field: ProtobufReader.Field) throws(ModelError) {
        var reader = ProtobufReader(try field.bytes())
        while let field = try reader.next() {
            switch field.number {
            case 1: nodes.append(try ONNXNode(field))
            case 11: inputs.append(try Self.input(field))
            default: break
            }
        }
    }

    private static func input(_ field: ProtobufReader.Field) throws(ModelError) -> Input {
        var input = Input()
        var reader = ProtobufReader(try field.bytes())
        while let field = try reader.next() {
            switch field.number {
            case 1: input.name = try field.text()
            case 2:
                for tensor in try parts(1, of: field) {
                    for type in try parts(1, of: tensor) { input.type = try type.integer() }
                    for shape in try parts(2, of: tensor) {
                        let dimensions = try parts(1, of: shape)
                        guard dimensions.count == 2 else { continue }
                        input.columnCount = try parts(1, of: dimensions[1]).first?.integer()
                    }
                }
            default: break
            }
        }
        return input
    }

    /// The fields of a number in the message a field holds.
    private static func parts(
        _ number: UInt64,
        of field: ProtobufReader.Field
    ) throws(ModelError) -> [ProtobufReader.Field] {
        var parts: [ProtobufReader.Field] = []
        var reader = ProtobufReader(try field.bytes())
        while let field = try reader.next() {
            if field.number == number { parts.append(field) }
        }
        return parts
    }

    /// The one operator of trees, and the precision of what it reads.
    func treeOperation() throws(ModelError) -> (node: ONNXNode, input: Input) {
        var trees: [ONNXNode] = []
        for node in nodes where !Self.trivialOperations.contains(node.operation) {
            guard ["TreeEnsembleRegressor", "TreeEnsembleClassifier"].contains(node.operation)
            else {
                throw ModelError(
                    .unsupported,
                    "operator \"\(node.operation)\"",
                    at: node.place,
                    advice: node.operation == "TreeEnsemble"
                        ? "convert with target_opset={\"ai.onnx.ml\": 3}"
                        : "export the tree model alone, without the steps around it"
                )
            }
            trees.append(node)
        }
        guard trees.count == 1, inputs.count == 1 else {
            let message =
                "\(trees.count) operators of trees and \(inputs.count) inputs, not one each"
            throw ModelError(.unsupported, message, at: .file)
        }
        return (trees[0], try input(of: trees[0]))
    }

    /// The graph's input as the trees see it, cast or not.
    private func input(of trees: ONNXNode) throws(ModelError) -> Input {
        var input = inputs[0]
        var name = trees.inputs.first ?? ""
        for node in nodes.reversed() where node.outputs.contains(name) {
            if node.operation == "Cast" { input.type = node.integers("to").first ?? 0 }
            name = node.inputs.first ?? ""
            if node.operation == "Cast" { break }
        }
        guard input.type == ONNXType.float || input.type == ONNXType.double else {
            throw ModelError(
                .unsupported,
                "trees that read tensors of type \(input.type)",
                at: trees.place,
                advice: "convert with FloatTensorType or DoubleTensorType inputs"
            )
        }
        return input
    }
}
