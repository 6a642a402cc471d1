// SPDX-License-Identifier: Apache-2.0
import CSluice

/// Lists and blobs whose elements the plugin ABI defines; those that hold row numbers are checked.
enum WellKnown {
    /// The entity whose rows the row numbers name.
    static let product = "product"

    /// What is wrong with a list, or nil.
    static func fault(
        inList column: ColumnSchema,
        _ elements: UnsafeRawBufferPointer,
        productCount: Int
    ) -> String? {
        guard column.name == "neighbours" else { return nil }
        let size = MemoryLayout<sluice_neighbour>.stride
        guard column.elementSize == size else { return "expected elements of \(size) bytes" }
        for neighbour in elements.bindMemory(to: sluice_neighbour.self)
        where neighbour.product_row >= productCount {
            return "product row \(neighbour.product_row) of \(productCount)"
        }
        return nil
    }

    /// What is wrong with a free blob, or nil.
    static func fault(
        inBlob name: String,
        _ content: UnsafeRawBufferPointer,
        productCount: Int
    ) -> String? {
        guard name == "popular" else { return nil }
        let size = MemoryLayout<UInt32>.size
        guard content.count % size == 0 else { return "expected elements of \(size) bytes" }
        for row in content.bindMemory(to: UInt32.self) where row >= productCount {
            return "product row \(row) of \(productCount)"
        }
        return nil
    }
}
