// SPDX-License-Identifier: Apache-2.0
import CSluice
import Synchronization

/// The price of one line.
package struct PriceAnswer {
    /// In minor units of the request's currency, 0 or more.
    package var unitPriceMinor: Int64
    /// How many of `rules` are set.
    package var ruleCount: UInt32
    /// Names of the rules that made the price: printable ASCII without quotes, valid until unload.
    package var rules: (sluice_bytes, sluice_bytes, sluice_bytes, sluice_bytes)
}

/// One recommended product.
package struct ItemAnswer {
    /// A product row of the request's snapshot.
    package var productRow: UInt32
    /// Finite.
    package var score: Float
    /// Printable ASCII without quotes, possibly empty, valid until unload.
    package var reason: sluice_bytes
}

/// What the function pointers reach behind `host_call` and `host_reply`.
struct CallState {
    unowned(unsafe) let arena: CallArena
    /// Bits of a `CallPhase`; the one field that other threads touch.
    let phase: UnsafeMutablePointer<Atomic<UInt8>>
    /// In a worker process: where the host says which generation its owner gave up, and this call's.
    var abandonment: (word: UnsafeMutablePointer<Atomic<UInt64>>, generation: UInt64)?
    /// The reader of the executing thread; nil while the call is pending.
    var reader: UnsafeMutableRawPointer?

    var isOpen = false
    var kind: HandlerKind = .price
    var fault: ReplyFault?

    let prices: UnsafeMutableBufferPointer<PriceAnswer>
    let isPriced: UnsafeMutableBufferPointer<Bool>
    var lines: UnsafePointer<sluice_price_line>?
    var lineCount = 0
    var pricedCount = 0
    var currencyDigits: UInt32 = 0

    let items: UnsafeMutableBufferPointer<ItemAnswer>
    var itemCount = 0
    var itemLimit = 0
    var productCount = 0

    /// Whether nobody waits for the answer any more.
    var isCancelled: Bool {
        if CallPhase(bits: phase.pointee.load(ordering: .relaxed)).isAbandoned { return true }
        guard let abandonment else { return false }
        return abandonment.word.pointee.load(ordering: .relaxed) == abandonment.generation
    }

    /// The fault a reply would have if it ended here.
    var finalFault: ReplyFault? {
        fault ?? (kind == .price && pricedCount < lineCount ? .incomplete : nil)
    }
}
