// SPDX-License-Identifier: Apache-2.0
import CSluice
import GatewayFixtures

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

    /// Of the version: its prices in percent of the list price.
    let percent: Int64
    /// Of the snapshot: its prices and rows.
    let variant: StoreFixture.Variant
    /// What a deliberate bug makes of the snapshot's prices.
    var priceError: Int64 = 0
    /// The version among its model's.
    let version: Int
    /// Decides what an execution comes to.
    var decide: () -> Answer = { .right }
    /// The call executed last.
    private(set) var executed: sluice_call?

    init(version: Int, percent: Int64, variant: StoreFixture.Variant) {
        self.version = version
        self.percent = percent
        self.variant = variant
    }

    /// What a version recommends at a position of its list: each from a hundred of its own.
    static func product(ofVersion version: Int, position: Int) -> Int {
        100 + 100 * version + position
    }

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
                answer == .outsideTheBand ? 1 : unitPrice(ofRow: Int(row))
            if answer == .notANumber {
                price.form = UInt32(SLUICE_PRICE_REAL)
                price.unit_price = .nan
            }
            _ = reply.pointee.set_price(reply, UInt32(line), &price)
        }
    }

    private func unitPrice(ofRow row: Int) -> Int64 {
        let list = variant.listPrice(ofProduct: variant.product(inRow: row))
        return (list + priceError) * percent / 100
    }

    private func recommend(
        _ answer: Answer,
        _ request: UnsafePointer<sluice_recommend_request>,
        _ reply: UnsafeMutablePointer<sluice_reply>
    ) {
        for position in 0..<request.pointee.limit {
            var item = sluice_item()
            item.struct_size = UInt32(MemoryLayout<sluice_item>.size)
            let product = Self.product(ofVersion: version, position: Int(position))
            let row = UInt32(variant.row(ofProduct: product))
            item.product_row = answer == .wrongShape ? 1 << 30 : row
            item.score = answer == .notANumber ? .nan : 0.5
            _ = reply.pointee.add_item(reply, &item)
        }
    }
}
