// SPDX-License-Identifier: Apache-2.0
import CSluice

/// One call: the request and the place for its answer.
///
/// Lifetime: until `answer` returns. Concurrency: the executing thread only.
public struct CallView {
    let host: HostServices
    let request: UnsafePointer<sluice_request>
    let reply: UnsafeMutablePointer<sluice_reply>

    init?(_ call: UnsafePointer<sluice_call>, host: HostServices) {
        guard let request = call.pointee.request, let reply = call.pointee.reply else {
            return nil
        }
        self.host = host
        self.request = request
        self.reply = reply
    }
}

/// What every request knows, whatever its kind.
public protocol RequestView {
    /// The call the request belongs to.
    var call: CallView { get }
}

extension RequestView {
    private var request: UnsafePointer<sluice_request> { call.request }

    /// The customer's row of the customer entity; nil when unknown.
    public var customerRow: UInt32? { rowNumber(request.pointee.customer_row) }
    /// The request's wall-clock time: use it, never the clock.
    public var unixMilliseconds: Int64 { request.pointee.unix_milliseconds }
    /// Minor-unit digits of the request's currency.
    public var currencyDigits: Int { Int(request.pointee.currency_digits) }
    /// Nanoseconds until the deadline; 0 when it has passed.
    public var remainingNanoseconds: UInt64 { call.host.remainingNanoseconds(of: request) }
    /// Whether nobody waits for the answer any more: then throw `cancelled` soon.
    public var isCancelled: Bool { call.host.isCancelled(request) }

    /// Takes memory from the call's arena, initialised to one value.
    ///
    /// Lifetime: until the call ends; it is never freed by the handler.
    ///
    /// - Parameters:
    ///   - value: what every element starts as.
    ///   - count: how many elements.
    /// - Returns: the elements.
    /// - Throws: `resourceExhausted` when the arena is full.
    @inlinable
    public func allocate<Element: BitwiseCopyable>(
        repeating value: Element,
        count: Int
    ) throws(HandlerError) -> UnsafeMutableBufferPointer<Element> {
        guard count > 0 else { return UnsafeMutableBufferPointer(start: nil, count: 0) }
        let memory = try allocate(
            size: count * MemoryLayout<Element>.stride,
            alignment: MemoryLayout<Element>.alignment
        )
        let elements = memory.bindMemory(to: Element.self, capacity: count)
        for index in 0..<count { elements[index] = value }
        return UnsafeMutableBufferPointer(start: elements, count: count)
    }

    @usableFromInline
    func allocate(size: Int, alignment: Int) throws(HandlerError) -> UnsafeMutableRawPointer {
        guard let memory = call.host.allocate(for: request, size: size, alignment: alignment) else {
            throw HandlerError(.resourceExhausted, "the arena is full")
        }
        return memory
    }
}

/// A row number that may be `SLUICE_NO_ROW`, which the header defines as `UINT32_MAX`.
func rowNumber(_ row: UInt32) -> UInt32? { row == .max ? nil : row }
