// SPDX-License-Identifier: Apache-2.0
import CSluice
import Testing

@testable import PluginHost

@Suite struct LifecycleTests {
    private let snapshot = SyntheticSnapshot()

    @Test func callsComeInOrder() throws {
        let log = LogLines()
        let handler = try Fixture.handler(log: log)
        do {
            let binding = try Fixture.binding("", of: handler, snapshot)
            let price = PriceCall(lines: 1)
            #expect(binding.execute(price.call, reader: snapshot.reader) == 0)
        }
        RetirementQueue.drain()
        #expect(log.all == ["load", "bind", "warm_up", "unbind", "unload"])
    }

    @Test(arguments: [
        (
            "load fails", PluginError.Code.loadFailed, "INVALID_ARGUMENT: no such rule",
            [] as [String]
        ),
        ("odd status", .loadFailed, "UNKNOWN", []),
        ("describe fails", .describeFailed, "INTERNAL: cannot", ["load", "unload"]),
        ("describe lies", .describeFailed, "inputs, at most", ["load", "unload"]),
    ])
    func releasesWhatAFailedLoadLeft(
        behaviour: String,
        code: PluginError.Code,
        text: String,
        calls: [String]
    ) throws {
        let log = LogLines()
        let handler = try Fixture.handler(log: log)
        #expect {
            try Fixture.model(behaviour, of: handler)
        } throws: { error in
            guard let error = error as? PluginError else { return false }
            return error.code == code && error.message.contains(text)
                && error.subject == "fixture/1"
        }
        #expect(log.all == calls)
    }

    @Test(arguments: [
        ("bind fails", PluginError.Code.bindFailed, "list_price", ["load", "bind", "unload"]),
        ("warm_up fails", .warmUpFailed, "cold", ["load", "bind", "unbind", "unload"]),
    ])
    func releasesWhatAFailedBindLeft(
        behaviour: String,
        code: PluginError.Code,
        text: String,
        calls: [String]
    ) throws {
        let log = LogLines()
        let handler = try Fixture.handler(log: log)
        #expect {
            try Fixture.binding(behaviour, of: handler, snapshot)
        } throws: { error in
            guard let error = error as? PluginError else { return false }
            return error.code == code && error.message.contains(text)
        }
        RetirementQueue.drain()
        #expect(log.all == calls)
    }

    @Test func bindsAFewSnapshotsAtATime() throws {
        let model = try Fixture.model("", of: Fixture.handler())
        func bind() throws -> ModelBinding {
            try model.bind(snapshot.view, keepingAlive: snapshot, reader: snapshot.reader)
        }
        var bindings = try (0..<ModelLifecycle.bindingsMax).map { _ in try bind() }
        #expect(!model.hasRoomForBinding)
        #expect { try bind() } throws: { ($0 as? PluginError)?.code == .illegalOrder }
        bindings.removeFirst()
        #expect(model.hasRoomForBinding)
        bindings.append(try bind())
        withExtendedLifetime(bindings) {}
    }

    @Test func bindingKeepsTheSnapshotUntilUnbound() throws {
        weak var weakSnapshot: SyntheticSnapshot?
        var binding: ModelBinding?
        do {
            let snapshot = SyntheticSnapshot()
            weakSnapshot = snapshot
            binding = try Fixture.binding("", of: Fixture.handler(), snapshot)
        }
        #expect(weakSnapshot != nil)
        #expect(binding != nil)
        binding = nil
        RetirementQueue.drain()
        #expect(weakSnapshot == nil)
    }

    @Test func describesInputsAndOutputs() throws {
        let description = try Fixture.model("", of: Fixture.handler()).description
        #expect(description.inputs.map(\.name) == ["variant_id", "quantity"])
        #expect(description.inputs.map(\.datatype) == ["BYTES", "INT64"])
        #expect(description.outputs.map(\.shape) == [[-1]])
    }

    @Test func cutsALyingMessage() throws {
        let handler = try Fixture.handler()
        #expect { try Fixture.model("long message", of: handler) } throws: {
            guard let error = $0 as? PluginError else { return false }
            return error.message.count < 2_000
        }
    }

    /// While a call of `bind` does not return, nobody else waits: not for room, not to end a binding.
    @Test func aBindThatHangsHoldsUpNobody() {
        let retired = RetiredBinding(owned: PluginOwned(pointer: nil), snapshotOwner: snapshot)
        var control = ModelControl()
        var admissions = [control.beginBinding()]
        let none = control.endBinding(isBound: true)
        #expect(none.isEmpty && !control.isBinding && control.hasRoom)
        admissions.append(control.beginBinding())
        admissions.append(control.beginBinding())
        #expect(admissions == [.begun, .begun, .otherBinding])
        #expect(control.isBinding)
        let (mayUnbind, mayUnload) = (control.beginUnbinding(retired), control.unload())
        #expect(!mayUnbind && !mayUnload)
        // It returned after all: what waited is ended, one call after the other.
        let waiting = control.endBinding(isBound: false)
        let mayUnbindNow = control.beginUnbinding(retired)
        let admission = control.beginBinding()
        #expect(waiting.count == 1 && mayUnbindNow && admission == .afterUnbinding)
        control.endUnbinding()
        let mayUnloadNow = control.unload()
        let refusal = control.beginBinding()
        #expect(mayUnloadNow && refusal == .full)
    }

    @Test func lifecycleAllowsOnlyLegalOrders() throws {
        var lifecycle = ModelLifecycle()
        #expect(throws: ModelLifecycle.Refusal.notBound) { try lifecycle.unbind() }
        for _ in 0..<ModelLifecycle.bindingsMax { try lifecycle.bind() }
        #expect(throws: ModelLifecycle.Refusal.tooManyBindings) { try lifecycle.bind() }
        #expect(throws: ModelLifecycle.Refusal.stillBound) { try lifecycle.unload() }
        for _ in 0..<ModelLifecycle.bindingsMax { try lifecycle.unbind() }
        try lifecycle.unload()
        #expect(throws: ModelLifecycle.Refusal.notLoaded) { try lifecycle.bind() }
        #expect(throws: ModelLifecycle.Refusal.notLoaded) { try lifecycle.unload() }
    }
}
