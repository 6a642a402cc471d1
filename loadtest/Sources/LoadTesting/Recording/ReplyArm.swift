// SPDX-License-Identifier: Apache-2.0

/// Which arm of an experiment a reply belongs to.
enum ReplyArm {
    /// An arm of the gateway is the version that a shopper was assigned, whoever answered instead.
    private static let assigned: StaticString = "\"assigned_version\":"
    /// The gateway names it before the lines and items: a long list is not searched for it.
    private static let searchedByteCount = 512

    /// What `Sluice-Arm` says; without that field the body's `assigned_version`; empty without both.
    static func text(
        _ head: ReplyHead,
        in bytes: UnsafeRawBufferPointer,
        body: Range<Int>
    ) -> UnsafeRawBufferPointer {
        let named = UnsafeRawBufferPointer(rebasing: bytes[head.arm])
        guard named.isEmpty else { return named }
        let start = UnsafeRawBufferPointer(rebasing: bytes[body].prefix(searchedByteCount))
        return start.offset(after: assigned, from: 0).map(start.scalar) ?? named
    }
}
