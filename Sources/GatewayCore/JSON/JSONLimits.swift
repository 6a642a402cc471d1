// SPDX-License-Identifier: Apache-2.0

/// What a JSON document of the data plane may hold.
package struct JSONLimits: Sendable {
    /// Bytes of a document: the body limit of the edge, so only a caller without one meets it.
    package var documentBytesMax = 1 << 20
    /// Open objects and arrays: our requests nest three deep, tensors of the inference protocol
    /// as deep as their rank.
    package var depthMax = 16
    /// Keys of one object: three times what any request shape names.
    package var keysPerObjectMax = 64

    /// The limits of the data plane.
    package init() {}
}
