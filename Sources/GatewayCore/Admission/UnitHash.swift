// SPDX-License-Identifier: Apache-2.0

/// A shopper as admission knows them: FNV-1a with 64 bits over the identifier's bytes.
///
/// Source: draft-eastlake-fnv-21.
enum UnitHash {
    static func hash(_ unit: some Sequence<UInt8>) -> UInt64 {
        unit.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// The hash of the first of the sources that a query names; nil when it names none.
    ///
    /// The value is hashed as it was sent: whoever escapes it differently is somebody else.
    static func hash(inQuery query: UnsafeRawBufferPointer, _ sources: [UnitSource]) -> UInt64? {
        for source in sources {
            var reader = QueryReader(query)
            while let (name, value) = reader.next() {
                if !value.isEmpty, name.isEqual(to: source.fieldName) { return hash(value) }
            }
        }
        return nil
    }
}

extension UnitSource {
    /// Its name in a query and in a body.
    var fieldName: StaticString {
        switch self {
        case .customerID: "customer_id"
        case .sessionID: "session_id"
        case .shop: "shop"
        }
    }
}
