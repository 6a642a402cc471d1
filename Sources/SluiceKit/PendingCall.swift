// SPDX-License-Identifier: Apache-2.0
import CSluice

/// A call that ends later, from any thread.
///
/// Take it while the call executes, answer everything, and then throw `HandlerError.pending`. A second
/// completion, or one of a call that has ended, does nothing.
public struct PendingCall: @unchecked Sendable {
    // Sendable: as for HostServices; the handle is a number.
    private let table: UnsafePointer<sluice_host>
    private let handle: UInt64

    init(_ table: UnsafePointer<sluice_host>, _ handle: UInt64) {
        self.table = table
        self.handle = handle
    }

    /// Ends the call with what was answered.
    ///
    /// - Returns: whether this was the completion that ended it.
    @discardableResult
    public func complete() -> Bool {
        table.pointee.complete?(table, handle, Int32(SLUICE_OK)) == Int32(SLUICE_OK)
    }
}

extension RequestView {
    /// The call, to be completed later.
    public var pendingCall: PendingCall {
        call.host.pendingCall(call.request)
    }
}

extension HandlerError {
    /// No failure: the call will be completed later.
    public static var pending: HandlerError { HandlerError(.pending, "") }
}
