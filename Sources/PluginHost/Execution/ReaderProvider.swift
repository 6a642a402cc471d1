// SPDX-License-Identifier: Apache-2.0

/// Makes and releases the snapshot readers of pool threads.
package struct ReaderProvider: Sendable {
    let make: @Sendable (_ owner: any AnyObject & Sendable) -> UnsafeMutableRawPointer?
    let release: @Sendable (UnsafeMutableRawPointer) -> Void

    /// `make` gets what a binding keeps alive and answers a reader for the calling thread, or nil when
    /// none can be had; `release` gets it back on the same thread.
    package init(
        make: @escaping @Sendable (_ owner: any AnyObject & Sendable) -> UnsafeMutableRawPointer?,
        release: @escaping @Sendable (UnsafeMutableRawPointer) -> Void
    ) {
        self.make = make
        self.release = release
    }
}

/// One thread's readers, for the last few snapshots.
struct ReaderCache {
    private let provider: ReaderProvider
    private var entries: [(owner: any AnyObject & Sendable, reader: UnsafeMutableRawPointer)] = []

    init(_ provider: ReaderProvider) {
        self.provider = provider
        entries.reserveCapacity(Limits.readersPerThread)
    }

    mutating func reader(for owner: any AnyObject & Sendable) -> UnsafeMutableRawPointer? {
        if let entry = entries.first(where: { $0.owner === owner }) { return entry.reader }
        guard let reader = provider.make(owner) else { return nil }
        if entries.count == Limits.readersPerThread {
            provider.release(entries.removeFirst().reader)
        }
        entries.append((owner, reader))
        return reader
    }

    var isEmpty: Bool { entries.isEmpty }

    mutating func removeAll() {
        for entry in entries { provider.release(entry.reader) }
        entries.removeAll(keepingCapacity: true)
    }
}
