// SPDX-License-Identifier: Apache-2.0
import CSluice

/// The inputs and outputs of a model, as the Open Inference Protocol's metadata shows them.
///
/// Owns the C arrays that `describe` hands out; they live until `unload`.
final class ModelDescription {
    private let platform: StaticString
    private let inputs: UnsafeMutableBufferPointer<sluice_tensor>
    private let outputs: UnsafeMutableBufferPointer<sluice_tensor>

    init(_ kind: HandlerKind) {
        switch kind {
        case .price:
            platform = "sluice-pricing"
            inputs = Self.tensors([
                ("variant_id", SLUICE_DATATYPE_BYTES), ("quantity", SLUICE_DATATYPE_INT64),
            ])
            outputs = Self.tensors([("unit_price_minor", SLUICE_DATATYPE_INT64)])
        case .recommend:
            platform = "sluice-recommendations"
            inputs = Self.tensors([
                ("session_items", SLUICE_DATATYPE_BYTES), ("cart", SLUICE_DATATYPE_BYTES),
            ])
            outputs = Self.tensors([
                ("product_id", SLUICE_DATATYPE_BYTES), ("score", SLUICE_DATATYPE_FP32),
            ])
        }
    }

    deinit {
        inputs.deallocate()
        outputs.deallocate()
    }

    func write(to description: UnsafeMutablePointer<sluice_description>) {
        description.pointee.inputs = UnsafePointer(inputs.baseAddress)
        description.pointee.input_count = UInt32(inputs.count)
        description.pointee.outputs = UnsafePointer(outputs.baseAddress)
        description.pointee.output_count = UInt32(outputs.count)
        description.pointee.platform = sluice_bytes(platform)
    }

    /// Vectors of any length.
    private static func tensors(
        _ columns: [(name: StaticString, datatype: Int)]
    ) -> UnsafeMutableBufferPointer<sluice_tensor> {
        let tensors = UnsafeMutableBufferPointer<sluice_tensor>.allocate(capacity: columns.count)
        _ = tensors.initialize(
            from: columns.map { column in
                var tensor = sluice_tensor()
                tensor.struct_size = structSize(sluice_tensor.self)
                tensor.datatype = UInt32(column.datatype)
                tensor.name = sluice_bytes(column.name)
                tensor.rank = 1
                tensor.shape.0 = -1
                return tensor
            }
        )
        return tensors
    }
}
