// SPDX-License-Identifier: Apache-2.0
import CSluice
import FeatureSnapshots

/// The snapshot's popular products, best first: what a widget shows when no model answers.
///
/// Lifetime: that of the snapshot. A snapshot without the list has an empty one.
package struct PopularList: @unchecked Sendable {  // the map is immutable
    private static let blobName: StaticString = "popular"

    /// Row numbers of the product entity.
    package let rows: UnsafeBufferPointer<UInt32>

    init(of snapshot: FeatureSnapshot, productCount: Int) {
        let blob = UnsafeRawBufferPointer(snapshot.blob(sluice_bytes(Self.blobName.bytes)))
        let listed = blob.bindMemory(to: UInt32.self)
        let isValid = listed.allSatisfy { Int($0) < productCount }
        rows = isValid ? listed : UnsafeBufferPointer(start: nil, count: 0)
    }
}
