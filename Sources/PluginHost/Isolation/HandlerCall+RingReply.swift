// SPDX-License-Identifier: Apache-2.0
import CSluice

extension HandlerCall {
    /// Takes over a worker's reply and answers the call's final status.
    ///
    /// Every price and item goes through the same two functions as a handler's in this process, so
    /// what those refuse is refused here too, whatever the worker claims.
    func receive(_ reply: RingReply, words: WordTable) -> HandlerStatus {
        openReply()
        message.copy(reply.message)
        state.pointee.fault = reply.fault
        if reply.isPrice != (state.pointee.kind == .price) { state.pointee.fault = .malformed }
        if reply.status == .ok, state.pointee.fault == nil { replay(reply, words) }
        return close(reply.status)
    }

    private func replay(_ answer: RingReply, _ words: WordTable) {
        for entry in 0..<answer.entryCount where state.pointee.fault == nil {
            let isDone =
                answer.isPrice
                ? setPrice(answer, entry, words) : addItem(answer, entry, words)
            if !isDone { state.pointee.fault = state.pointee.fault ?? .invalidWord }
        }
    }

    /// False when a word cannot be kept.
    private func setPrice(_ answer: RingReply, _ entry: Int, _ words: WordTable) -> Bool {
        typealias Field = RingReply.Price
        let place = entry * Field.bytes
        let count = Int(answer.entries.word(at: place + Field.ruleCount))
        return withUnsafeTemporaryAllocation(
            of: sluice_bytes.self,
            capacity: Int(SLUICE_RULES_MAX)
        ) { rules in
            for rule in 0..<count {
                guard let word = words.word(answer.ruleIndex(entry, rule), of: answer) else {
                    return false
                }
                rules.initializeElement(at: rule, to: word)
            }
            var price = sluice_price()
            price.struct_size = UInt32(MemoryLayout<sluice_price>.size)
            price.form = UInt32(SLUICE_PRICE_MINOR)
            price.unit_price_minor = Int64(
                bitPattern: answer.entries.long(at: place + Field.unitPriceMinor)
            )
            price.rules = count > 0 ? UnsafePointer(rules.baseAddress) : nil
            price.rule_count = UInt32(count)
            _ = reply.pointee.set_price?(reply, answer.entries.word(at: place), &price)
            return true
        }
    }

    private func addItem(_ answer: RingReply, _ entry: Int, _ words: WordTable) -> Bool {
        typealias Field = RingReply.Item
        let place = entry * Field.bytes
        guard let reason = words.word(answer.reasonIndex(entry), of: answer) else { return false }
        var item = sluice_item()
        item.struct_size = UInt32(MemoryLayout<sluice_item>.size)
        item.product_row = answer.entries.word(at: place + Field.productRow)
        item.score = Float(bitPattern: answer.entries.word(at: place + Field.score))
        item.reason = reason
        _ = reply.pointee.add_item?(reply, &item)
        return true
    }
}

extension WordTable {
    /// A word of a reply, kept; the index was checked when the reply was decoded.
    fileprivate func word(_ index: Int, of reply: RingReply) -> sluice_bytes? {
        guard let word = try? reply.word(index) else { return nil }
        return intern(word)
    }
}
