// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Tells the fake plugin's handlers what to do; safe while a pool's thread reads it.
final class FakeControl: @unchecked Sendable {  // every word is atomic
    enum Mode: Int, CaseIterable {
        case ok, fail, notANumber, incomplete, notFound
    }

    private let words: UnsafeMutablePointer<Atomic<Int>>

    private enum Word: Int, CaseIterable {
        case mode, percent, isOpen, calls, firstRow
    }

    init(percent: Int = 100, firstRow: Int = 0) {
        words = .allocate(capacity: Word.allCases.count)
        for word in Word.allCases { (words + word.rawValue).initialize(to: Atomic(0)) }
        self.percent = percent
        self.firstRow = firstRow
        isOpen = true
    }

    deinit {
        words.deinitialize(count: Word.allCases.count)
        words.deallocate()
    }

    /// The fake handler's settings.
    var settings: String { "\(UInt(bitPattern: words))" }

    var mode: Mode {
        get { Mode(rawValue: self[.mode])! }
        set { self[.mode] = newValue.rawValue }
    }

    /// Prices in percent of the list price.
    var percent: Int {
        get { self[.percent] }
        set { self[.percent] = newValue }
    }

    /// The first of the rows recommended.
    var firstRow: Int {
        get { self[.firstRow] }
        set { self[.firstRow] = newValue }
    }

    /// Calls do not return while this is false.
    var isOpen: Bool {
        get { self[.isOpen] != 0 }
        set { self[.isOpen] = newValue ? 1 : 0 }
    }

    var callCount: Int { self[.calls] }

    private subscript(word: Word) -> Int {
        get { words[word.rawValue].load(ordering: .sequentiallyConsistent) }
        set { words[word.rawValue].store(newValue, ordering: .sequentiallyConsistent) }
    }
}
