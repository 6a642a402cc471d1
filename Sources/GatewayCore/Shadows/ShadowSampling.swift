// SPDX-License-Identifier: Apache-2.0

/// Which decisions a shadow gets a copy of.
///
/// A pure function of the decision's identifier, so a run can be repeated, and of the shadow's name,
/// so that two shadows of a model do not always meet on the same requests.
struct ShadowSampling: Sendable {
    private static let bucketCount: UInt64 = 10_000

    private let salt: UInt64
    private let basisPoints: UInt64

    init(model: String, version: String, basisPoints: Int) {
        // FNV-1a with 64 bits.
        salt = "\(model)/\(version)".utf8
            .reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        self.basisPoints = UInt64(basisPoints)
    }

    func contains(_ identifier: DecisionIdentifiers.Identifier) -> Bool {
        Self.mixed(salt ^ identifier.origin &+ identifier.number) % Self.bucketCount < basisPoints
    }

    /// The finalizer of SplitMix64: neighbouring numbers land far apart.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
