// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc
import Synchronization

/// The memory a host and a worker share: two rings, and two slots for each call.
///
/// The file behind it can neither shrink nor grow, so reading it never faults. Nothing in it is
/// trusted: it holds no pointer and no lock, and what is read is copied before it is judged.
///
/// `@unchecked Sendable` because words are atomic and a slot is written by one side at a time; a side
/// that breaks this harms its own messages, which the other validates.
final class RingMemory: @unchecked Sendable {
    let layout: RingLayout
    /// The memory file, to be passed to the worker.
    let descriptor: Int32
    private let base: UnsafeMutableRawPointer

    /// New memory, zeroed and sealed against a change of its size.
    init(_ layout: RingLayout) throws(PluginError) {
        let descriptor = linux_memory_file_create("sluice-rings")
        guard descriptor >= 0, ftruncate(descriptor, layout.size) == 0,
            linux_memory_file_seal_size(descriptor) == 0,
            let base = Self.map(descriptor, layout.size)
        else {
            let reason = String(cString: strerror(errno))
            if descriptor >= 0 { close(descriptor) }
            throw PluginError(.workerFailed, "worker", "cannot make shared memory: \(reason)")
        }
        self.layout = layout
        self.descriptor = descriptor
        self.base = base
    }

    /// The memory behind a descriptor, which this object owns from now on; nil when it is too small.
    init?(_ layout: RingLayout, descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size >= layout.size,
            let base = Self.map(descriptor, layout.size)
        else { return nil }
        self.layout = layout
        self.descriptor = descriptor
        self.base = base
    }

    deinit {
        munmap(base, layout.size)
        close(descriptor)
    }

    private static func map(_ descriptor: Int32, _ size: Int) -> UnsafeMutableRawPointer? {
        let map = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        return map == MAP_FAILED ? nil : map
    }

    /// Forgets every word of the reply ring; no worker may be alive.
    func clearReplies() {
        for index in 0..<layout.ringCells {
            cells(at: layout.replyRing)[index].store(0, ordering: .relaxed)
        }
    }

    func cells(at offset: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        (base + offset).assumingMemoryBound(to: Atomic<UInt64>.self)
    }

    func flag(at offset: Int) -> UnsafeMutablePointer<Atomic<UInt32>> {
        (base + offset).assumingMemoryBound(to: Atomic<UInt32>.self)
    }

    /// Tells the other side where the calling thread runs.
    func showProcessor(at offset: Int) {
        flag(at: offset).pointee.store(linux_thread_processor(), ordering: .relaxed)
    }

    /// Whether the other side was last seen on the processor the calling thread runs on: one of the
    /// two has to sleep for the other to go on.
    func sharesProcessor(with offset: Int) -> Bool {
        flag(at: offset).pointee.load(ordering: .relaxed) == linux_thread_processor()
    }

    /// The generation of the call in that slot whose owner gave it up.
    func abandoned(_ slot: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        cells(at: layout.abandoned) + slot
    }

    func request(_ slot: Int) -> UnsafeMutableRawBufferPointer {
        part(layout.request(slot), Limits.ringRequestBytes)
    }

    func reply(_ slot: Int) -> UnsafeMutableRawBufferPointer {
        part(layout.reply(slot), Limits.ringReplyBytes)
    }

    private func part(_ offset: Int, _ size: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: base + offset, count: size)
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Copies the message in this slot to memory of our own and answers the copy; nil when the size
    /// its head says is none.
    ///
    /// The size is read once: what the other side writes meanwhile changes bytes, not bounds.
    func copyMessage(to memory: UnsafeMutableRawPointer) -> UnsafeRawBufferPointer? {
        guard let source = baseAddress else { return nil }
        let size = Int(load(fromByteOffset: RingMessage.Head.size, as: UInt32.self))
        guard size >= RingMessage.Head.bytes, size <= count else { return nil }
        memory.copyMemory(from: source, byteCount: size)
        memory.storeBytes(of: UInt32(size), toByteOffset: RingMessage.Head.size, as: UInt32.self)
        return UnsafeRawBufferPointer(start: memory, count: size)
    }
}
