// SPDX-License-Identifier: Apache-2.0
import CAllocationCounter
import CSluice
import SluiceKit

/// A refusal of the handler, as the C table stated it.
package struct Refusal: Error, Hashable, Sendable {
    /// The status.
    package let status: Int32
    /// The text beside it.
    package let message: String
}

/// A handler behind its C function table, loaded and bound as a host would.
package final class HandlerFixture {
    /// What the handler told the registrar; its `handler` pointer is no longer valid.
    package let registration: sluice_registration
    /// The host's side.
    package let host: HostFixture

    private let table: sluice_handler
    private let snapshot: SnapshotFixture
    private var model: UnsafeMutableRawPointer?
    private var binding: UnsafeMutableRawPointer?

    /// Registers, loads, binds and warms a handler up.
    ///
    /// - Parameters:
    ///   - handler: the registration.
    ///   - settings: JSON text.
    ///   - snapshot: what it is bound to.
    ///   - host: the host's side.
    /// - Throws: `Refusal` with what `load` or `bind` answered.
    package init(
        _ handler: HandlerRegistration,
        settings: String = "{}",
        snapshot: SnapshotFixture,
        host: HostFixture = HostFixture()
    ) throws {
        (registration, table) = Self.captured(handler)
        self.snapshot = snapshot
        self.host = host
        try load(settings)
        try check { table.bind(model, snapshot.view, &binding, $0) }
        try check { table.warm_up(model, binding, $0) }
    }

    deinit {
        if binding != nil { table.unbind(model, binding) }
        if model != nil { table.unload(model) }
    }

    /// What the handler says goes in and out.
    package func describe() -> (inputs: [String], outputs: [String], platform: String) {
        var description = sluice_description()
        _ = table.describe(model, &description, nil)
        let inputs = UnsafeBufferPointer(
            start: description.inputs,
            count: Int(description.input_count)
        )
        let outputs = UnsafeBufferPointer(
            start: description.outputs,
            count: Int(description.output_count)
        )
        return (
            inputs.map { $0.name.string }, outputs.map { $0.name.string },
            description.platform.string
        )
    }

    /// Prices a cart.
    package func price(
        _ lines: [(row: UInt32, quantity: Int64)],
        customer: UInt32 = .max,
        deadline: UInt64 = .max
    ) -> CallOutcome {
        let fixture = CallFixture(kind: SLUICE_KIND_PRICE, lineCount: lines.count)
        var price = sluice_price_request()
        price.line_count = UInt32(lines.count)
        price.line_stride = UInt32(MemoryLayout<sluice_price_line>.stride)
        price.lines = UnsafePointer(
            fixture.memory.copy(
                lines.map {
                    sluice_price_line(
                        struct_size: UInt32(MemoryLayout<sluice_price_line>.size),
                        product_row: $0.row,
                        quantity: $0.quantity,
                        variant_id: sluice_bytes()
                    )
                }
            )
        )
        fixture.request.pointee.price = UnsafePointer(fixture.memory.copy([price]))
        fixture.request.pointee.customer_row = customer
        fixture.request.pointee.deadline_ns = deadline
        return execute(fixture)
    }

    /// Asks for recommendations.
    package func recommend(
        limit: Int,
        intent: Int = SLUICE_INTENT_RELATED,
        focus: UInt32 = .max,
        session: [UInt32] = [],
        cart: [UInt32] = [],
        exclude: [UInt32] = [],
        candidates: [UInt32]? = nil
    ) -> CallOutcome {
        let fixture = CallFixture(kind: SLUICE_KIND_RECOMMEND, limit: limit)
        var recommend = sluice_recommend_request()
        recommend.intent = UInt32(intent)
        recommend.limit = UInt32(limit)
        recommend.focus_row = focus
        recommend.session_rows = UnsafePointer(fixture.memory.copy(session))
        recommend.session_count = UInt32(session.count)
        recommend.cart_rows = UnsafePointer(fixture.memory.copy(cart))
        recommend.cart_count = UInt32(cart.count)
        recommend.exclude_rows = UnsafePointer(fixture.memory.copy(exclude))
        recommend.exclude_count = UInt32(exclude.count)
        recommend.candidate_rows = candidates.map { UnsafePointer(fixture.memory.copy($0)) }
        recommend.candidate_count = UInt32(candidates?.count ?? 0)
        fixture.request.pointee.recommend = UnsafePointer(fixture.memory.copy([recommend]))
        return execute(fixture)
    }

    private func execute(_ fixture: CallFixture) -> CallOutcome {
        host.reset()
        fixture.request.pointee.snapshot = snapshot.view
        fixture.call.pointee.status = Int32(SLUICE_UNKNOWN)
        return withUnsafePointer(to: Optional(fixture.call)) { calls in
            let before = allocation_count()
            let status = table.execute(model, binding, calls, 1)
            let after = allocation_count()
            precondition(status == Int32(SLUICE_OK))
            return fixture.outcome(allocationCount: after - before)
        }
    }

    private func load(_ settings: String) throws {
        let bytes = Array(settings.utf8)
        let memory = Memory()
        try bytes.withUnsafeBufferPointer { buffer in
            var load = sluice_load()
            load.struct_size = UInt32(MemoryLayout<sluice_load>.size)
            load.host = host.table
            (load.model.data, load.model.size) = memory.text("model")
            (load.version.data, load.version.size) = memory.text("1")
            load.settings = sluice_bytes(data: buffer.baseAddress, size: UInt64(buffer.count))
            try withExtendedLifetime(memory) {
                try check { table.load(&load, &model, $0) }
            }
        }
    }

    private func check(_ step: (UnsafeMutablePointer<sluice_message>) -> Int32) throws {
        let fixture = CallFixture(kind: 0)
        let status = step(fixture.message)
        guard status != Int32(SLUICE_OK) else { return }
        throw Refusal(status: status, message: fixture.outcome(allocationCount: 0).message)
    }

    private static func captured(
        _ handler: HandlerRegistration
    ) -> (sluice_registration, sluice_handler) {
        var captured = (sluice_registration(), sluice_handler())
        withUnsafeMutablePointer(to: &captured) { captured in
            var registrar = sluice_registrar()
            registrar.host_registrar = UnsafeMutableRawPointer(captured)
            registrar.add_handler = { registrar, registration in
                guard let registration, let table = registration.pointee.handler,
                    let place = registrar?.pointee.host_registrar
                else { return Int32(SLUICE_INVALID_ARGUMENT) }
                place.assumingMemoryBound(to: (sluice_registration, sluice_handler).self).pointee =
                    (registration.pointee, table.pointee)
                return Int32(SLUICE_OK)
            }
            precondition(handler.add(to: &registrar) == Int32(SLUICE_OK))
        }
        return captured
    }
}
