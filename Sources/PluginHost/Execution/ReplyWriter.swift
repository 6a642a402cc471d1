// SPDX-License-Identifier: Apache-2.0
import CSluice

/// The two functions a handler answers through.
///
/// Every argument is the plugin's and checked.
enum ReplyWriter {
    static func table(for state: UnsafeMutablePointer<CallState>) -> sluice_reply {
        sluice_reply(
            struct_size: UInt32(MemoryLayout<sluice_reply>.size),
            reserved: 0,
            host_reply: state,
            set_price: { reply, line, price in
                ReplyWriter.write(reply) { state throws(ReplyFault) in
                    try ReplyWriter.setPrice(state, line, price)
                }
            },
            add_item: { reply, item in
                ReplyWriter.write(reply) { state throws(ReplyFault) in
                    try ReplyWriter.addItem(state, item)
                }
            }
        )
    }

    /// Runs a write and keeps its fault: a reply with one is refused whatever `execute` returns.
    @inline(__always)
    private static func write(
        _ reply: UnsafeMutablePointer<sluice_reply>?,
        _ body: (UnsafeMutablePointer<CallState>) throws(ReplyFault) -> Void
    ) -> Int32 {
        guard let opaque = reply?.pointee.host_reply else {
            return HandlerStatus.invalidArgument.rawValue
        }
        let state = opaque.assumingMemoryBound(to: CallState.self)
        guard state.pointee.isOpen else { return HandlerStatus.invalidArgument.rawValue }
        do throws(ReplyFault) {
            try body(state)
            return HandlerStatus.ok.rawValue
        } catch {
            if state.pointee.fault == nil { state.pointee.fault = error }
            return error.statusForPlugin.rawValue
        }
    }

    private static func setPrice(
        _ state: UnsafeMutablePointer<CallState>,
        _ line: UInt32,
        _ price: UnsafePointer<sluice_price>?
    ) throws(ReplyFault) {
        guard let price, price.pointee.struct_size >= MemoryLayout<sluice_price>.size,
            state.pointee.kind == .price
        else { throw .malformed }
        let line = Int(line)
        guard line < state.pointee.lineCount, let lines = state.pointee.lines else {
            throw .outOfRange
        }
        guard !state.pointee.isPriced[line] else { throw .setTwice }
        let minor = try unitPrice(price, digits: state.pointee.currencyDigits)
        guard !minor.multipliedReportingOverflow(by: lines[line].quantity).overflow else {
            throw .overflow
        }
        state.pointee.prices[line].unitPriceMinor = minor
        try copyRules(price, to: &state.pointee.prices[line])
        state.pointee.isPriced[line] = true
        state.pointee.pricedCount += 1
    }

    private static func unitPrice(
        _ price: UnsafePointer<sluice_price>,
        digits: UInt32
    ) throws(ReplyFault) -> Int64 {
        switch Int(price.pointee.form) {
        case SLUICE_PRICE_MINOR:
            guard price.pointee.unit_price_minor >= 0 else { throw .negative }
            return price.pointee.unit_price_minor
        case SLUICE_PRICE_REAL:
            return try MinorUnits.rounded(price.pointee.unit_price, digits: digits)
        default: throw .malformed
        }
    }

    private static func copyRules(
        _ price: UnsafePointer<sluice_price>,
        to answer: inout PriceAnswer
    ) throws(ReplyFault) {
        let count = price.pointee.rule_count
        answer.ruleCount = 0
        guard count > 0 else { return }
        guard count <= SLUICE_RULES_MAX, let rules = price.pointee.rules else { throw .malformed }
        for index in 0..<Int(count) { try requireWord(rules[index]) }
        answer.rules.0 = rules[0]
        if count > 1 { answer.rules.1 = rules[1] }
        if count > 2 { answer.rules.2 = rules[2] }
        if count > 3 { answer.rules.3 = rules[3] }
        answer.ruleCount = count
    }

    private static func addItem(
        _ state: UnsafeMutablePointer<CallState>,
        _ item: UnsafePointer<sluice_item>?
    ) throws(ReplyFault) {
        guard let item, item.pointee.struct_size >= MemoryLayout<sluice_item>.size,
            state.pointee.kind == .recommend
        else { throw .malformed }
        guard state.pointee.itemCount < state.pointee.itemLimit,
            item.pointee.product_row < state.pointee.productCount
        else { throw .outOfRange }
        guard item.pointee.score.isFinite else { throw .notFinite }
        try requireWord(item.pointee.reason)
        state.pointee.items[state.pointee.itemCount] = ItemAnswer(
            productRow: item.pointee.product_row,
            score: item.pointee.score,
            reason: item.pointee.reason
        )
        state.pointee.itemCount += 1
    }

    /// The word is written between quotes into the shopper's reply, so it may hold nothing to escape.
    private static func requireWord(_ word: sluice_bytes) throws(ReplyFault) {
        guard word.size <= Limits.wordBytesMax, let bytes = word.buffer else { throw .invalidWord }
        for byte in bytes {
            guard (0x20...0x7e).contains(byte), byte != UInt8(ascii: "\""),
                byte != UInt8(ascii: "\\")
            else { throw .invalidWord }
        }
    }
}
