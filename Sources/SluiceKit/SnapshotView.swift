// SPDX-License-Identifier: Apache-2.0
import CSluice

/// A snapshot as a plugin sees it: tables of rows and named blobs.
///
/// Lifetime: from `bind` until the binding is released. Everything is resolved by name once, in
/// `bind`, so that reading a value while executing is one load.
/// Source: sluice_plugin.h, "The snapshot as a plugin sees it".
public struct SnapshotView {
    private let snapshot: UnsafePointer<sluice_snapshot>
    private let host: HostServices

    init(_ snapshot: UnsafePointer<sluice_snapshot>, host: HostServices) {
        self.snapshot = snapshot
        self.host = host
    }

    /// The snapshot's id.
    public var id: String { snapshot.pointee.id.text }
    /// The ISO 4217 code of every money column.
    public var currency: String { snapshot.pointee.currency.text }
    /// Minor-unit digits of every money column.
    public var currencyDigits: Int { Int(snapshot.pointee.currency_digits) }

    /// The entity of that name, or nil when the snapshot has none.
    public func findEntity(named name: StaticString) -> EntityView? {
        guard let entities = snapshot.pointee.entities else { return nil }
        for index in 0..<Int(snapshot.pointee.entity_count) {
            let entity = entities.element(at: index, stride: snapshot.pointee.entity_stride)
            if entity.pointee.name.equals(name) { return EntityView(entity) }
        }
        return nil
    }

    /// The entity of that name.
    ///
    /// - Parameter name: such as `product` or `customer`.
    /// - Returns: the entity's table.
    /// - Throws: `failedPrecondition` with the name when the snapshot has none.
    public func entity(named name: StaticString) throws(HandlerError) -> EntityView {
        guard let entity = findEntity(named: name) else {
            throw HandlerError(.failedPrecondition, "the snapshot has no entity \(name)")
        }
        return entity
    }

    /// The bytes of a blob; empty when there is no such blob.
    ///
    /// Needs the capability `snapshotRead`. Lifetime: as long as the binding.
    ///
    /// - Parameter name: such as `sessions`.
    /// - Returns: the bytes, read in place.
    public func bytes(ofBlob name: StaticString) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(host.blob(name, of: snapshot).buffer)
    }

    /// The row numbers a blob holds, in its order; empty when there is no such blob.
    ///
    /// Needs the capability `snapshotRead`. Lifetime: as long as the binding.
    ///
    /// - Parameter name: such as `popular`.
    /// - Returns: the row numbers, read in place.
    /// - Throws: `dataLoss` when the blob is not a whole number of aligned row numbers.
    public func rowNumbers(
        inBlob name: StaticString
    ) throws(HandlerError) -> UnsafeBufferPointer<UInt32> {
        let bytes = UnsafeRawBufferPointer(host.blob(name, of: snapshot).buffer)
        guard let start = bytes.baseAddress else {
            return UnsafeBufferPointer(start: nil, count: 0)
        }
        let width = MemoryLayout<UInt32>.size
        guard bytes.count % width == 0, UInt(bitPattern: start) % UInt(width) == 0 else {
            throw HandlerError(.dataLoss, "the blob \(name) is not a list of row numbers")
        }
        return UnsafeBufferPointer(
            start: start.assumingMemoryBound(to: UInt32.self),
            count: bytes.count / width
        )
    }
}
