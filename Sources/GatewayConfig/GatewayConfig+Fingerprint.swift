// SPDX-License-Identifier: Apache-2.0

import Foundation

extension GatewayConfig {
    /// 16 hex digits that are equal for equal configurations, on every machine and in every run.
    ///
    /// It tells revisions apart in logs and replies; it is no protection against forgery.
    package var configFingerprint: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // Encoding plain structs of numbers and text cannot fail.
        let bytes = (try? encoder.encode(self)) ?? Data()
        let hex = String(Self.hash(bytes), radix: 16)
        return String(repeating: "0", count: 16 - hex.count) + hex
    }

    /// FNV-1a, 64 bits.
    private static func hash(_ bytes: Data) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
