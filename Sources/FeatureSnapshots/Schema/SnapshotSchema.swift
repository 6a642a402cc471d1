// SPDX-License-Identifier: Apache-2.0
import Digests
import Foundation

/// What a snapshot holds: its entities, their columns, and the currency of its money.
package struct SnapshotSchema: Codable, Hashable, Sendable {
    /// ISO 4217 code.
    package let currency: String
    /// Minor-unit digits of every money column.
    package let currencyDigits: Int
    /// The entities; an entity's index here is its number everywhere else.
    package let entities: [EntitySchema]

    /// Describes a snapshot.
    package init(currency: String, currencyDigits: Int, entities: [EntitySchema]) {
        self.currency = currency
        self.currencyDigits = currencyDigits
        self.entities = entities
    }

    /// The number of the entity called `name`.
    package func entity(named name: String) -> Int? {
        entities.firstIndex { $0.name == name }
    }

    /// The schema as JSON with sorted keys and no white space: equal schemas, equal bytes.
    package var canonicalJSON: Data {
        get throws { try SnapshotJSON.canonical(self) }
    }

    /// SHA-256 of the canonical JSON.
    ///
    /// Handlers bind column offsets to one fingerprint.
    package var fingerprint: SHA256Digest {
        get throws { try canonicalJSON.withUnsafeBytes { SHA256Digest(of: $0) } }
    }

    /// Checks the bounds and names of the schema; `place` says in errors where it stands.
    ///
    /// - Throws: `SnapshotError` of code `invalidSchema` naming the entity and column.
    package func validate(place: String = "schema") throws(SnapshotError) {
        guard let fault else { return }
        throw SnapshotError(.invalidSchema, fault, subject: place)
    }

    private var fault: String? {
        guard Currency.digits(of: currency) == currencyDigits else {
            return "currency \(currency) does not have \(currencyDigits) minor-unit digits"
        }
        guard (1...SchemaRules.entityCountMax).contains(entities.count) else {
            return "\(entities.count) entities, expected 1 to \(SchemaRules.entityCountMax)"
        }
        guard Set(entities.map(\.name)).count == entities.count else {
            return "two entities have the same name"
        }
        guard !entities.contains(where: { SnapshotFormat.reservedDatabases.contains($0.name) })
        else { return "an entity may not be called \(SnapshotFormat.reservedDatabases)" }
        return entities.lazy.compactMap(\.fault).first
    }
}
