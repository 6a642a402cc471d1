// SPDX-License-Identifier: Apache-2.0

/// An operator of an ONNX graph with its attributes.
struct ONNXNode {
    /// An attribute's values, whichever field of the format holds them.
    struct Attribute {
        var floats: [Float] = []
        var doubles: [Double] = []
        var integers: [Int] = []
        var texts: [String] = []
    }

    var inputs: [String] = []
    var outputs: [String] = []
    var operation = ""
    var attributes: [String: Attribute] = [:]
    let place: ModelError.Place

    init(_ field: ProtobufReader.Field) throws(ModelError) {
        place = field.place
        var reader = ProtobufReader(try field.bytes())
        while let field = try reader.next() {
            switch field.number {
            case 1: inputs.append(try field.text())
            case 2: outputs.append(try field.text())
            case 4: operation = try field.text()
            case 5: try readAttribute(field)
            default: break
            }
        }
    }

    private mutating func readAttribute(_ field: ProtobufReader.Field) throws(ModelError) {
        var name = ""
        var attribute = Attribute()
        var reader = ProtobufReader(try field.bytes())
        while let field = try reader.next() {
            switch field.number {
            case 1: name = try field.text()
            case 2, 7: attribute.floats.append(contentsOf: try field.floats())
            case 3, 8: try field.forEachInteger { attribute.integers.append($0) }
            case 4, 9: attribute.texts.append(try field.text())
            case 5: attribute.doubles = try Self.doubles(ofTensor: field)
            default: break
            }
        }
        attributes[name] = attribute
    }

    /// The numbers of a tensor of float32 or float64.
    private static func doubles(
        ofTensor field: ProtobufReader.Field
    ) throws(ModelError) -> [Double] {
        var type = 0
        var raw: ProtobufReader.Field?
        var values: [Double] = []
        var reader = ProtobufReader(try field.bytes())
        while let field = try reader.next() {
            switch field.number {
            case 2: type = try field.integer()
            case 4: values.append(contentsOf: try field.floats().map(Double.init))
            case 9: raw = field
            case 10: values.append(contentsOf: try field.doubles())
            default: break
            }
        }
        guard let raw else { return values }
        switch type {
        case ONNXType.float: return try raw.floats().map(Double.init)
        case ONNXType.double: return try raw.doubles()
        default: throw ModelError(.unsupported, "a tensor of type \(type)", at: field.place)
        }
    }

    /// An attribute's integers; none if it is absent.
    func integers(_ name: String) -> [Int] { attributes[name]?.integers ?? [] }

    /// An attribute's texts; none if it is absent.
    func texts(_ name: String) -> [String] { attributes[name]?.texts ?? [] }

    /// Numbers in float32, or under the name with `_as_tensor` in float64; none if both are absent.
    func numbers(_ name: String) -> [Double] {
        if let tensor = attributes[name + "_as_tensor"] { return tensor.doubles }
        return (attributes[name]?.floats ?? []).map(Double.init)
    }
}

/// The element types of ONNX tensors that matter here.
enum ONNXType {
    static let float = 1
    static let double = 11
}
