// SPDX-License-Identifier: Apache-2.0
import CSluice

/// What goes in and out of a model, for the Open Inference Protocol's metadata.
package struct ModelDescription: Hashable, Sendable, Codable {
    /// One input or output; -1 in the shape is any size.
    package struct Tensor: Hashable, Sendable, Codable {
        /// Its name.
        package let name: String
        /// The protocol's name of the element type, such as FP32.
        package let datatype: String
        /// Sizes of the dimensions.
        package let shape: [Int64]
    }

    /// The handler's word for its kind of model; empty when it describes nothing.
    package let platform: String
    /// What goes in.
    package let inputs: [Tensor]
    /// What comes out.
    package let outputs: [Tensor]

    /// The description of a model that gives none.
    package static let empty = ModelDescription(platform: "", inputs: [], outputs: [])

    private init(platform: String, inputs: [Tensor], outputs: [Tensor]) {
        self.platform = platform
        self.inputs = inputs
        self.outputs = outputs
    }

    init(_ description: sluice_description) throws(InvalidDescription) {
        platform = try Self.text(description.platform, "platform")
        inputs = try Self.tensors(description.inputs, description.input_count, "input")
        outputs = try Self.tensors(description.outputs, description.output_count, "output")
    }

    /// What a plugin's description got wrong.
    struct InvalidDescription: Error { let message: String }

    private static func tensors(
        _ first: UnsafePointer<sluice_tensor>?,
        _ count: UInt32,
        _ what: String
    ) throws(InvalidDescription) -> [Tensor] {
        guard count > 0 else { return [] }
        guard let first, count <= Limits.tensorsMax else {
            throw InvalidDescription(message: "\(count) \(what)s, at most \(Limits.tensorsMax)")
        }
        // Every element was compiled with the same size, which is therefore the stride.
        let stride = Int(first.pointee.struct_size)
        guard stride == MemoryLayout<sluice_tensor>.size else {
            throw InvalidDescription(message: "\(what) tensors have struct_size \(stride)")
        }
        var tensors: [Tensor] = []
        for index in 0..<Int(count) { tensors.append(try tensor(first[index], what)) }
        return tensors
    }

    private static func tensor(
        _ tensor: sluice_tensor,
        _ what: String
    ) throws(InvalidDescription) -> Tensor {
        let name = try text(tensor.name, what)
        guard let datatype = datatypeName(tensor.datatype) else {
            throw InvalidDescription(message: "\(what) \(name) has datatype \(tensor.datatype)")
        }
        guard tensor.rank <= SLUICE_RANK_MAX else {
            throw InvalidDescription(message: "\(what) \(name) has rank \(tensor.rank)")
        }
        let shape = [tensor.shape.0, tensor.shape.1, tensor.shape.2, tensor.shape.3]
            .prefix(Int(tensor.rank))
        guard shape.allSatisfy({ $0 >= -1 }) else {
            throw InvalidDescription(message: "\(what) \(name) has shape \(Array(shape))")
        }
        return Tensor(name: name, datatype: datatype, shape: Array(shape))
    }

    private static func text(
        _ bytes: sluice_bytes,
        _ what: String
    ) throws(InvalidDescription) -> String {
        guard bytes.size <= Limits.descriptionTextBytesMax, let buffer = bytes.buffer,
            let text = String(validating: buffer, as: UTF8.self)
        else { throw InvalidDescription(message: "the name of the \(what) is not short UTF-8") }
        return text
    }

    private static func datatypeName(_ datatype: UInt32) -> String? {
        switch Int(datatype) {
        case SLUICE_DATATYPE_BOOL: "BOOL"
        case SLUICE_DATATYPE_INT32: "INT32"
        case SLUICE_DATATYPE_INT64: "INT64"
        case SLUICE_DATATYPE_FP32: "FP32"
        case SLUICE_DATATYPE_FP64: "FP64"
        case SLUICE_DATATYPE_BYTES: "BYTES"
        default: nil
        }
    }
}
