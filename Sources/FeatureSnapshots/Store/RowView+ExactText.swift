// SPDX-License-Identifier: Apache-2.0
import Digests

extension RowView {
    /// The value as text that tells any two values apart; nil when it is absent.
    ///
    /// Integers in decimal, floats as the shortest digits that read back, texts as they are, lists
    /// as their element count and the SHA-256 of their bytes.
    package func exactText(_ column: Int, _ type: ColumnType) -> String? {
        guard !isNull(column) else { return nil }
        switch type {
        case .i64: return String(i64(column))
        case .f32: return String(f32(column))
        case .u32: return String(u32(column))
        case .text: return String(decoding: text(column), as: UTF8.self)
        case .list: return "\(list(column).count) bytes sha256:\(SHA256Digest(of: list(column)))"
        }
    }
}
