// SPDX-License-Identifier: Apache-2.0
import CSluice

/// A model version bound to one snapshot whose answers are written by the run.
///
/// It prices in percent of its snapshot's list prices, so that a reply tells which version and
/// which snapshot made it.
///
/// `@unchecked Sendable` because a stage has one thread.
final class ScriptedHandler: @unchecked Sendable {
    /// What one execution comes to.
    enum Answer {
        case right
        case failure
        case notANumber
        case outsideTheBand
        case wrongShape
        case ignored
        /// The execution says that it will complete later.
        case pending
    }

    /// Of the version: its prices in percent of the list price, its lists' first row.
    let percent: Int64
    /// Of the snapshot: what is added to every list price.
    var priceOffset: Int64
    /// The version among its model's.
    let version: Int
    /// Decides what an execution comes to.
    var decide: () -> Answer = { .right }
    /// The call executed last.
    private(set) var executed: sluice_call?

    init(version: Int, percent: Int64, priceOffset: Int64) {
        self.version = version
        self.percent = percent
        self.priceOffset = priceOffset
    }

    /// First of the rows that the version recommends.
    var firstRow: UInt32 { Self.firstRow(ofVersion: version) }

    /// Versions recommend from different hundreds.
    static func firstRow(ofVersion version: Int) -> UInt32 { UInt32(100 + 100 * version) }

    /// Executes one call as decided.
    func execute(_ call: UnsafeMutablePointer<sluice_call>) -> Int32 {
        let answer = decide()
        executed = call.pointee
        switch answer {
        case .failure: return Int32(SLUICE_INTERNAL)
        case .ignored: return Int32(SLUICE_NOT_FOUND)
        case .pending: return Int32(SLUICE_PENDING)
        case .right, .notANumber, .outsideTheBand, .wrongShape:
            write(answer, to: call.pointee.request, call.pointee.reply)
            return Int32(SLUICE_OK)
        }
    }

    /// Writes a reply.
    func write(
        _ answer: Answer,
        to request: UnsafePointer<sluice_request>?,
        _ reply: UnsafeMutablePointer<sluice_reply>?
    ) {
        guard let request, let reply else { return }
        if let prices = request.pointee.price {
            price(answer, prices, reply)
        } else if let lists = request.pointee.recommend {
            recommend(answer, lists, reply)
        }
    }

    private func price(
        _ answer: Answer,
        _ request: UnsafePointer<sluice_price_request>,
        _ reply: UnsafeMutablePointer<sluice_reply>
    ) {
        let count = Int(request.pointee.line_count) - (answer == .wrongShape ? 1 : 0)
        for line in 0..<max(count, 0) {
            let row = request.pointee.lines[line].product_row
            var price = sluice_price()
            price.struct_size = UInt32(MemoryLayout<sluice_price>.size)
            price.form = UInt32(SLUICE_PRICE_MINOR)
            price.unit_price_minor =
                answer == .outsideTheBand ? 1 : unitPrice(listPrice: listPrice(ofRow: row))
            if answer == .notANumber {
                price.form = UInt32(SLUICE_PRICE_REAL)
                price.unit_price = .nan
            }
            _ = reply.pointee.set_price(reply, UInt32(line), &price)
        }
    }

    private func listPrice(ofRow row: UInt32) -> Int64 {
        Stage.listPrice(row: Int(row), offset: priceOffset)
    }

    private func unitPrice(listPrice: Int64) -> Int64 { listPrice * percent / 100 }

    private func recommend(
        _ answer: Answer,
        _ request: UnsafePointer<sluice_recommend_request>,
        _ reply: UnsafeMutablePointer<sluice_reply>
    ) {
        for position in 0..<request.pointee.limit {
            var item = sluice_item()
            item.struct_size = UInt32(MemoryLayout<sluice_item>.size)
            item.product_row = answer == .wrongShape ? 1 << 30 : firstRow + position
            item.score = answer == .notANumber ? .nan : 0.5
            _ = reply.pointee.add_item(reply, &item)
        }
    }
}
