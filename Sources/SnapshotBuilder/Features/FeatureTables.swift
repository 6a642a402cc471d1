// SPDX-License-Identifier: Apache-2.0

import CSluice
import FeatureSnapshots
import SessionNeighbours

/// The products and customers of a history as tables of a snapshot.
struct FeatureTables {
    let products: ProductTable
    let customers: CustomerTable
    /// The orders as sessions; nil until they are indexed.
    var sessions: SessionIndexStorage?

    func schema(currency: String) -> SnapshotSchema {
        SnapshotSchema(
            currency: currency,
            currencyDigits: Currency.digits(of: currency) ?? 2,
            entities: [products.schema, customers.schema]
        )
    }

    /// Writes both entities and the blobs `popular` and `sessions`.
    func write(to writer: SnapshotWriter) throws {
        try products.write(to: writer)
        try customers.write(to: writer)
        try products.features.popular().withUnsafeBytes { try writer.writeBlob("popular", $0) }
        if let sessions { try writer.writeBlob("sessions", sessions.bytes) }
    }
}
