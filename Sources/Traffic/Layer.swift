// SPDX-License-Identifier: Apache-2.0

/// An independent division of all units into 10,000 buckets.
///
/// Two layers with different salts are statistically independent, so experiments in different
/// layers overlap freely while those that share one split its buckets between them.
///
/// Source: GrowthBook hash version 2; overlapping experiments as published by Google.
package struct Layer: Hashable, Sendable {
    /// Buckets in a layer: one per basis point.
    package static let bucketCount = BucketHash.version2.bucketCount

    /// What sets this layer's division apart from every other's.
    package let salt: String
    /// The hash state after the salt, so that a request hashes its unit alone.
    private let salted: FNV1a32

    /// A layer with its salt hashed once.
    package init(salt: String) {
        var hash = FNV1a32()
        for codeUnit in salt.utf16 { hash.combine(codeUnit: codeUnit) }
        self.salt = salt
        salted = hash
    }

    /// The bucket of a unit, from 0 to 9,999.
    ///
    /// `unit` is UTF-8; it is read only during the call. Complexity: linear, no allocation.
    package func bucket(of unit: UnsafeRawBufferPointer) -> Int {
        var hash = salted
        hash.combine(utf8: unit)
        return hash.rehashed.remainder(Self.bucketCount)
    }
}
