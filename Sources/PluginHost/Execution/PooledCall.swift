// SPDX-License-Identifier: Apache-2.0

/// A call on its way through a pool: three references the pool holds until it has ended.
///
/// Unmanaged, so that it fits a lock-free cell; `adopt` retains and `finish` releases, once each.
///
/// `@unchecked Sendable` because all three may be used from every thread; only their addresses are kept.
struct PooledCall: BitwiseCopyable, @unchecked Sendable {
    private let callReference: UnsafeRawPointer
    private let bindingReference: UnsafeRawPointer
    private let poolReference: UnsafeRawPointer

    static func adopt(_ call: HandlerCall, _ binding: ModelBinding, _ pool: PoolState) -> PooledCall
    {
        PooledCall(
            callReference: Unmanaged.passRetained(call).toOpaque(),
            bindingReference: Unmanaged.passRetained(binding).toOpaque(),
            poolReference: Unmanaged.passRetained(pool).toOpaque()
        )
    }

    var call: HandlerCall { Unmanaged.fromOpaque(callReference).takeUnretainedValue() }
    var binding: ModelBinding { Unmanaged.fromOpaque(bindingReference).takeUnretainedValue() }

    /// Ends the call: closes the reply, gives the slot back to its owner and tells it.
    func finish(_ status: HandlerStatus) {
        let call = Unmanaged<HandlerCall>.fromOpaque(callReference).takeRetainedValue()
        let pool = Unmanaged<PoolState>.fromOpaque(poolReference).takeRetainedValue()
        Unmanaged<ModelBinding>.fromOpaque(bindingReference).release()
        let final = call.close(status)
        if let before = call.updatePhase({ $0.moved(to: .idle) }) { pool.left(before) }
        pool.completion(call, final.rawValue)
    }
}
