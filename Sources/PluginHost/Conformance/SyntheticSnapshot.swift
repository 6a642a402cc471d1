// SPDX-License-Identifier: Apache-2.0
import CSluice

/// A small snapshot in memory with the well-known columns, for trying plugins without a store.
///
/// `@unchecked Sendable` because nothing changes after init.
package final class SyntheticSnapshot: @unchecked Sendable {
    /// Products, enough for a cart of 500 different lines.
    package static let productCount = 512
    /// Customers.
    package static let customerCount = 16
    /// Minor-unit digits of every money column.
    package static let currencyDigits = 2

    /// What plugins see.
    package let view: UnsafeMutablePointer<sluice_snapshot>

    private let entities: [SyntheticEntity]
    private let entityTable: UnsafeMutablePointer<sluice_entity>
    private let popular: UnsafeMutableBufferPointer<UInt32>
    private var allocations: [UnsafeMutableRawPointer] = []

    /// A snapshot without the named column, or with all of them.
    package init(lacking column: String? = nil, productCount: Int = productCount) {
        func kept(_ columns: [SyntheticColumn]) -> [SyntheticColumn] {
            columns.filter { $0.name != column }
        }
        entities = [
            SyntheticEntity(
                name: "product",
                rowCount: productCount,
                columns: kept(SyntheticColumn.product)
            ),
            SyntheticEntity(
                name: "customer",
                rowCount: Self.customerCount,
                columns: kept(SyntheticColumn.customer)
            ),
        ]
        entityTable = .allocate(capacity: entities.count)
        popular = .allocate(capacity: productCount)
        _ = popular.initialize(from: (0..<UInt32(productCount)).reversed())
        view = .allocate(capacity: 1)
        view.initialize(to: sluice_snapshot())
        for (index, entity) in entities.enumerated() {
            (entityTable + index).initialize(to: table(of: entity))
        }
        fillView()
    }

    deinit {
        for memory in allocations { memory.deallocate() }
        popular.deallocate()
        entityTable.deallocate()
        view.deallocate()
    }

    /// Every column of every entity, by name.
    package static var columnNames: [String] {
        (SyntheticColumn.product + SyntheticColumn.customer).map(\.name).uniqued()
    }

    /// The key of a row.
    package func key(entity: Int, row: Int) -> String { entities[entity].key(row) }

    /// The list price of a product in minor units.
    package func listPriceMinor(row: Int) -> Int64 { SyntheticEntity.listPriceMinor + Int64(row) }

    /// What a call's reader is in the kit: the snapshot itself.
    package var reader: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    /// Services that read from snapshots of this kind.
    package static func services(
        log: @escaping PluginHostServices.Log = { _, _, _ in },
        monotonicNanoseconds: @escaping @Sendable () -> UInt64 = { MonotonicClock.nanoseconds }
    ) -> PluginHostServices {
        PluginHostServices(
            log: log,
            monotonicNanoseconds: monotonicNanoseconds,
            findRow: { reader, entity, key in
                SyntheticSnapshot.at(reader).findRow(entity: entity, key: key)
            },
            blob: { snapshot, name in SyntheticSnapshot.at(snapshot).blob(name) }
        )
    }

    private static func at(_ opaque: UnsafeMutableRawPointer) -> SyntheticSnapshot {
        Unmanaged<SyntheticSnapshot>.fromOpaque(opaque).takeUnretainedValue()
    }

    private func findRow(entity: UInt32, key: sluice_bytes) -> UInt32 {
        guard let bytes = key.buffer, let number = entities.indices.first(where: { $0 == entity }),
            let row = (0..<entities[number].rowCount).first(where: {
                bytes.elementsEqual(entities[number].key($0).utf8)
            })
        else { return UInt32.max }
        return UInt32(row)
    }

    private func blob(_ name: sluice_bytes) -> sluice_bytes {
        guard let bytes = name.buffer, bytes.elementsEqual("popular".utf8) else {
            return sluice_bytes(data: nil, size: 0)
        }
        let raw = UnsafeRawBufferPointer(popular)
        return sluice_bytes(
            data: raw.baseAddress?.assumingMemoryBound(to: UInt8.self),
            size: UInt64(raw.count)
        )
    }

    private func fillView() {
        view.pointee = sluice_snapshot(
            struct_size: UInt32(MemoryLayout<sluice_snapshot>.size),
            entity_count: UInt32(entities.count),
            entities: entityTable,
            entity_stride: UInt32(MemoryLayout<sluice_entity>.stride),
            currency_digits: UInt32(Self.currencyDigits),
            id: copy("synthetic".utf8),
            currency: copy("EUR".utf8),
            schema_fingerprint: 1,
            host_snapshot: reader
        )
    }

    private func table(of entity: SyntheticEntity) -> sluice_entity {
        let columns = entity.columns.enumerated().map { index, column in
            sluice_column(
                struct_size: UInt32(MemoryLayout<sluice_column>.size),
                type: UInt32(column.type),
                name: copy(column.name.utf8),
                offset: UInt32(entity.offsets[index]),
                null_bit: UInt32(index),
                element_size: UInt32(column.elementSize),
                reserved: 0
            )
        }
        let table = columns.withUnsafeBytes { copy($0) }
        return sluice_entity(
            struct_size: UInt32(MemoryLayout<sluice_entity>.size),
            row_count: UInt32(entity.rowCount),
            name: copy(entity.name.utf8),
            rows: copy(entity.rows).data,
            row_stride: UInt64(entity.stride),
            columns: UnsafeRawPointer(table.data)?.assumingMemoryBound(to: sluice_column.self),
            column_count: UInt32(columns.count),
            column_stride: UInt32(MemoryLayout<sluice_column>.stride),
            heap: copy(entity.heap)
        )
    }

    /// The bytes in memory of their own, aligned for rows.
    private func copy(_ bytes: some Collection<UInt8>) -> sluice_bytes {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
        memory.copyBytes(from: bytes)
        memory.baseAddress.map { allocations.append($0) }
        return sluice_bytes(
            data: memory.baseAddress?.assumingMemoryBound(to: UInt8.self),
            size: UInt64(bytes.count)
        )
    }
}

extension Array where Element: Hashable {
    fileprivate func uniqued() -> [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
