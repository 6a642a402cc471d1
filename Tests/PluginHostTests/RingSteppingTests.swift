// SPDX-License-Identifier: Apache-2.0
import CSluice
import Testing

@testable import PluginHost

/// The rings between host and worker, stepped on one thread against a peer that keeps no rule.
@Suite struct RingSteppingTests {
    private static let stepCount = 2_000

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func everyCallEndsOnceWhateverTheWorkerWrites(seed: UInt64) throws {
        let rings = try SteppedRings(seed: seed)
        for _ in 0..<Self.stepCount { rings.step() }
        rings.restart()
        #expect(rings.endedCounts == rings.takenCounts, "seed \(seed)")
        #expect(rings.inFlightCount == 0, "seed \(seed)")
        #expect(rings.submitAll() == SteppedRings.callCount, "every slot is free, seed \(seed)")
        rings.restart()
        #expect(rings.endedCounts == rings.takenCounts, "seed \(seed)")
        #expect(rings.hasSeenEverything, "seed \(seed)")
    }
}

/// A supervisor without its thread, and what stands for its worker process.
private final class SteppedRings {
    static let callCount = 8
    private static let lineCount = 4

    private let supervisor: WorkerSupervisor
    private let binding: IsolatedBinding
    private let endings = Endings()
    private let calls = (0..<callCount + 2).map { _ in PriceCall(lines: lineCount) }
    /// What the peer answers with.
    private let answer = PriceCall(lines: lineCount)
    private(set) var takenCounts: [Int]
    private var random: SeededGenerator
    private var run: UInt64 = 1
    private var requests: RingConsumer
    private var answers: RingProducer
    /// Requests the peer has taken.
    private var inbox: [(slot: Int, generation: UInt64)] = []
    private var breakCount = 0

    init(seed: UInt64) throws {
        random = SeededGenerator(seed: seed)
        let load = WorkerSupervisor.Load(
            command: WorkerCommand(executable: "/", arguments: []),
            plugin: try PluginFile(path: Fixture.path(), expecting: nil),
            handler: "price",
            kind: .price,
            model: "stepped",
            version: "1",
            settingsJSON: [],
            artifactPath: "",
            readablePaths: [],
            settings: WorkerSettings(callsInFlight: Self.callCount),
            log: { _, _, _ in },
            notice: { _ in }
        )
        let endings = endings
        supervisor = try WorkerSupervisor(load, completion: { endings.append($0, $1) })
        let link = WorkerLink(number: 7, snapshot: SnapshotReference("s"))
        link.isBound = true
        binding = IsolatedBinding(IsolatedModel(supervisor, .empty), link, owner: endings)
        takenCounts = calls.map { _ in 0 }
        requests = RingConsumer(
            supervisor.memory,
            at: supervisor.memory.layout.requestRing,
            from: 0
        )
        answers = RingProducer(supervisor.memory, at: supervisor.memory.layout.replyRing, from: 0)
        supervisor.calls.open(run: run)
    }

    var inFlightCount: Int { supervisor.calls.inFlightCount }

    var endedCounts: [Int] {
        let all = endings.all
        return calls.map { call in all.count { $0.call === call.call } }
    }

    /// Whether there were strays, broken workers and restarts.
    var hasSeenEverything: Bool {
        supervisor.replies.strayCount > 0 && breakCount > 0 && run > 2
    }

    // MARK: The host

    func step() {
        switch random.next() % 16 {
        case 0...4: submit(Int(random.next() % UInt64(calls.count)))
        case 5: abandon()
        case 6...8: takeRequest()
        case 9...12: reply(twice: random.next() % 4 == 0)
        case 13: forge()
        case 14: if random.next() % 8 == 0 { writeGarbage() }
        default: if random.next() % 32 == 0 { restart() }
        }
        if random.next() % 2 == 0 { collect() }
    }

    /// Submits every call; how many were taken.
    func submitAll() -> Int { calls.indices.count { submit($0) } }

    @discardableResult
    private func submit(_ index: Int) -> Bool {
        guard calls[index].call.isIdle else { return false }
        calls[index].begin(lines: Self.lineCount)
        guard binding.submit(calls[index].call) else { return false }
        takenCounts[index] += 1
        return true
    }

    private func abandon() {
        if let call = calls.first(where: { !$0.call.isIdle }) { binding.abandon(call.call) }
    }

    private func collect() {
        supervisor.replies.collect()
        guard supervisor.replies.takeBroken() else { return }
        breakCount += 1
        restart()
    }

    /// Ends the process as its supervisor does, and begins another.
    func restart() {
        supervisor.calls.close()
        supervisor.replies.collect()
        supervisor.replies.failAll()
        supervisor.replies.clear()
        _ = supervisor.replies.takeBroken()
        inbox.removeAll()
        let (memory, layout) = (supervisor.memory, supervisor.memory.layout)
        let position = supervisor.calls.requests.position
        requests = RingConsumer(memory, at: layout.requestRing, from: position)
        answers = RingProducer(memory, at: layout.replyRing, from: supervisor.replies.position)
        run += 1
        supervisor.calls.open(run: run)
    }

    // MARK: The peer

    private func takeRequest() {
        guard let entry = requests.pop() else { return }
        let bytes = UnsafeRawBufferPointer(supervisor.memory.request(entry.slot))
        let size = Int(bytes.word(at: RingMessage.Head.size))
        let message = UnsafeRawBufferPointer(rebasing: bytes[..<size])
        guard case .request(let request)? = try? RingMessage.decode(message) else {
            Issue.record("the host wrote no request")
            return
        }
        #expect(request.binding == 7 && request.lineCount == Self.lineCount)
        // A forged answer has ended the call this entry names, and another has its slot.
        guard entry == RingEntry(slot: entry.slot, generation: request.generation) else { return }
        inbox.append((entry.slot, request.generation))
    }

    private func reply(twice: Bool) {
        guard !inbox.isEmpty else { return }
        let index = Int(random.next() % UInt64(inbox.count))
        let (slot, generation) = inbox.remove(at: index)
        let memory = supervisor.memory.reply(slot)
        _ = RingReply.write(answer.call, .internal, generation: generation, into: memory)
        let entry = RingEntry(slot: slot, generation: generation)
        answers.push(entry)
        if twice { answers.push(entry) }
    }

    /// Answers what nobody asked, in the slot of somebody else's call.
    private func forge() {
        let slot = Int(random.next() % UInt64(Self.callCount))
        let generation = random.next() % 64
        let memory = supervisor.memory.reply(slot)
        // A call that waits for just this answer gets it: it names that call.
        _ = RingReply.write(answer.call, .internal, generation: generation, into: memory)
        answers.push(RingEntry(slot: slot, generation: generation))
    }

    private func writeGarbage() {
        let slot = Int(random.next() % 64)
        if slot < Self.callCount {
            let memory = supervisor.memory.reply(slot)
            for place in stride(from: 0, to: 64, by: 8) {
                memory.storeBytes(of: random.next(), toByteOffset: place, as: UInt64.self)
            }
        }
        answers.push(RingEntry(slot: slot, generation: random.next()))
    }
}
