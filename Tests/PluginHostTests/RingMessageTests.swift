// SPDX-License-Identifier: Apache-2.0
import CSluice
import Testing

@testable import PluginHost

@Suite struct RingMessageTests {
    @Test func aPriceRequestComesBackAsItWas() throws {
        try withMessage(request()) { bytes in
            guard case .request(let request) = try RingMessage.decode(bytes) else {
                Issue.record("no request")
                return
            }
            #expect(request.isPrice && request.generation == 7 && request.binding == 3)
            #expect(request.lineCount == 4)
            #expect((0..<4).map { request.line($0).product_row } == [0, 1, 2, 3])
            #expect(request.line(0).quantity == 5)
        }
    }

    @Test func aReplyComesBackAsItWas() throws {
        try withMessage(reply()) { bytes in
            guard case .reply(let reply) = try RingMessage.decode(bytes) else {
                Issue.record("no reply")
                return
            }
            #expect(reply.isPrice && reply.generation == 9 && reply.status == .ok)
            #expect(reply.entryCount == 4 && reply.fault == nil)
        }
    }

    @Test func whatDoesNotFitIsNotWritten() {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 200, alignment: 8)
        defer { memory.deallocate() }
        let price = PriceCall(lines: 8)
        let size = RingRequest.write(
            price.call.request.pointee,
            productCount: 0,
            generation: 1,
            binding: 1,
            into: memory
        )
        #expect(size == nil)
    }

    @Test(arguments: [0, 1, 15, 16, 47, 135])
    func shortMessagesAreRefused(size: Int) {
        withMessage(request()) { bytes in
            #expect(throws: RingError.self) {
                _ = try RingMessage.decode(UnsafeRawBufferPointer(rebasing: bytes[..<size]))
            }
        }
    }

    /// Bytes of a sound message changed at random are refused or read within their bounds: every
    /// part of what is accepted is touched.
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func changedMessagesAreReadWithinTheirBounds(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for message in [request(), reply()] {
            for _ in 0..<500 {
                var changed = message
                for _ in 0...random.next() % 4 {
                    let place = Int(random.next() % UInt64(changed.count / 4)) * 4
                    let value =
                        random.next() % 2 == 0
                        ? UInt32(random.next() % 64) : UInt32(truncatingIfNeeded: random.next())
                    changed.withUnsafeMutableBytes {
                        $0.storeBytes(of: value, toByteOffset: place, as: UInt32.self)
                    }
                }
                withMessage(changed) { Self.touch($0) }
            }
        }
    }

    private static func touch(_ bytes: UnsafeRawBufferPointer) {
        switch try? RingMessage.decode(bytes) {
        case .request(let request):
            for index in 0..<request.lineCount {
                let variant = request.line(index).variant_id
                _ = UnsafeRawBufferPointer(variant).reduce(0) { $0 ^ $1 }
            }
            for part in [request.shop, request.unit, request.sessionRows] {
                _ = part.reduce(0) { $0 ^ $1 }
            }
        case .reply(let reply):
            let price = PriceCall(lines: 4)
            _ = price.call.receive(reply, words: WordTable())
        case nil: break
        }
    }

    // MARK: Messages

    private func request() -> [UInt8] {
        let price = PriceCall(lines: 4, quantity: 5)
        return written {
            RingRequest.write(
                price.call.request.pointee,
                productCount: 0,
                generation: 7,
                binding: 3,
                into: $0
            )
        }
    }

    private func reply() -> [UInt8] {
        let price = PriceCall(lines: 4)
        price.call.openReply()
        for line in 0..<4 as Range<UInt32> {
            var answer = sluice_price()
            answer.struct_size = UInt32(MemoryLayout<sluice_price>.size)
            answer.form = UInt32(SLUICE_PRICE_MINOR)
            answer.unit_price_minor = Int64(line) * 100
            _ = price.call.reply.pointee.set_price?(price.call.reply, line, &answer)
        }
        return written { RingReply.write(price.call, .ok, generation: 9, into: $0) }
    }

    private func written(_ write: (UnsafeMutableRawBufferPointer) -> Int?) -> [UInt8] {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 8)
        defer { memory.deallocate() }
        let size = write(memory) ?? 0
        return Array(memory[..<size])
    }

    /// The bytes in memory of their own, as a copied message has, so that a read beyond shows.
    private func withMessage(
        _ bytes: [UInt8],
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
        defer { memory.deallocate() }
        memory.copyBytes(from: bytes)
        try body(UnsafeRawBufferPointer(memory))
    }
}

@Suite struct WordTableTests {
    @Test func keepsEachWordOnce() {
        let table = WordTable()
        let first = intern("quantity_break", table)
        let second = intern("quantity_break", table)
        #expect(first != nil && first?.data == second?.data)
        #expect(table.count == 1)
        #expect(intern("", table)?.size == 0)
    }

    @Test func isFullAtItsLimit() {
        let table = WordTable()
        for number in 0..<Limits.workerWordsMax { #expect(intern("w\(number)", table) != nil) }
        #expect(intern("one more", table) == nil)
        #expect(intern("w7", table) != nil, "what it knows it still answers")
        #expect(intern(String(repeating: "x", count: 65), table) == nil)
    }

    private func intern(_ word: String, _ table: WordTable) -> sluice_bytes? {
        Array(word.utf8).withUnsafeBytes { table.intern($0) }
    }
}
