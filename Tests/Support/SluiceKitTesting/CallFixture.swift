// SPDX-License-Identifier: Apache-2.0
import CSluice

/// What a handler answered for one line.
package struct PriceAnswer: Hashable, Sendable {
    /// The exact price; nil when it was stated as a real number.
    package var unitPriceMinor: Int64?
    /// The names of the rules.
    package var rules: [String]

    /// Makes an answer to compare with.
    package init(unitPriceMinor: Int64?, rules: [String]) {
        self.unitPriceMinor = unitPriceMinor
        self.rules = rules
    }
}

/// One item a handler answered.
package struct ItemAnswer: Hashable, Sendable {
    /// The product's row.
    package var row: UInt32
    /// How well it fits.
    package var score: Float
    /// Why it was chosen.
    package var reason: String
}

/// The end of one call.
package struct CallOutcome: Sendable {
    /// The call's status.
    package var status: Int32
    /// The text beside it.
    package var message: String
    /// The statuses other than OK that the reply's functions gave.
    package var replyFaults: [Int32]
    /// Heap allocations while the handler executed.
    package var allocationCount: UInt64
    /// The prices, nil where none was set.
    package var prices: [PriceAnswer?]
    /// The items, best first.
    package var items: [ItemAnswer]
}

/// A call whose reply stores what the handler answers, without allocating.
final class CallFixture {
    /// No test answers more lines or items.
    private static let answersMax = 1024

    let memory = Memory()
    let call: UnsafeMutablePointer<sluice_call>
    let request: UnsafeMutablePointer<sluice_request>
    let message: UnsafeMutablePointer<sluice_message>
    private let prices: UnsafeMutablePointer<sluice_price>
    private let rules: UnsafeMutablePointer<sluice_bytes>
    private let items: UnsafeMutablePointer<sluice_item>
    private let faults: UnsafeMutablePointer<Int32>
    private var itemCount = 0
    private var faultCount = 0
    private let lineCount: Int
    private let limit: Int

    init(kind: Int, lineCount: Int = 0, limit: Int = 0) {
        self.lineCount = lineCount
        self.limit = limit
        prices = memory.copy(Array(repeating: sluice_price(), count: lineCount))
        rules = memory.copy(
            Array(repeating: sluice_bytes(), count: lineCount * Int(SLUICE_RULES_MAX))
        )
        items = memory.copy(Array(repeating: sluice_item(), count: min(limit, Self.answersMax)))
        faults = memory.copy(Array(repeating: 0, count: Self.answersMax))
        request = memory.copy([sluice_request()])
        message = memory.copy([sluice_message()])
        call = memory.copy([sluice_call()])
        request.pointee.kind = UInt32(kind)
        request.pointee.customer_row = .max
        message.pointee.capacity = 256
        message.pointee.data = memory.bytes(256).bindMemory(to: CChar.self, capacity: 256)
        call.pointee.request = UnsafePointer(request)
        call.pointee.message = message
        call.pointee.reply = memory.copy([reply()])
    }

    func outcome(allocationCount: UInt64) -> CallOutcome {
        let text = UnsafeRawBufferPointer(
            start: message.pointee.data,
            count: Int(message.pointee.size)
        )
        return CallOutcome(
            status: call.pointee.status,
            message: String(decoding: text, as: UTF8.self),
            replyFaults: (0..<faultCount).map { faults[$0] },
            allocationCount: allocationCount,
            prices: (0..<lineCount).map(price),
            items: (0..<itemCount).map(item)
        )
    }

    private func reply() -> sluice_reply {
        var reply = sluice_reply()
        reply.host_reply = Unmanaged.passUnretained(self).toOpaque()
        reply.set_price = { reply, line, price in
            guard let fixture = CallFixture.of(reply), let price else { return -2 }
            return fixture.set(Int(line), price.pointee)
        }
        reply.add_item = { reply, item in
            guard let fixture = CallFixture.of(reply), let item else { return -2 }
            return fixture.add(item.pointee)
        }
        return reply
    }

    private static func of(_ reply: UnsafeMutablePointer<sluice_reply>?) -> CallFixture? {
        reply?.pointee.host_reply.map { Unmanaged.fromOpaque($0).takeUnretainedValue() }
    }

    private func set(_ line: Int, _ price: sluice_price) -> Int32 {
        guard line < lineCount else { return fault(SLUICE_OUT_OF_RANGE) }
        guard prices[line].form == 0, price.unit_price.isFinite, price.unit_price_minor >= 0
        else { return fault(SLUICE_INVALID_ARGUMENT) }
        prices[line] = price
        for rule in 0..<Int(price.rule_count) {
            rules[line * Int(SLUICE_RULES_MAX) + rule] = price.rules[rule]
        }
        return 0
    }

    private func add(_ item: sluice_item) -> Int32 {
        guard itemCount < limit else { return fault(SLUICE_OUT_OF_RANGE) }
        guard item.score.isFinite else { return fault(SLUICE_INVALID_ARGUMENT) }
        items[itemCount] = item
        itemCount += 1
        return 0
    }

    private func fault(_ status: Int) -> Int32 {
        faults[faultCount] = Int32(status)
        faultCount += 1
        return Int32(status)
    }

    private func price(_ line: Int) -> PriceAnswer? {
        let price = prices[line]
        guard price.form != 0 else { return nil }
        let first = line * Int(SLUICE_RULES_MAX)
        return PriceAnswer(
            unitPriceMinor: price.form == UInt32(SLUICE_PRICE_MINOR) ? price.unit_price_minor : nil,
            rules: (first..<first + Int(price.rule_count)).map { rules[$0].string }
        )
    }

    private func item(_ index: Int) -> ItemAnswer {
        ItemAnswer(
            row: items[index].product_row,
            score: items[index].score,
            reason: items[index].reason.string
        )
    }
}
