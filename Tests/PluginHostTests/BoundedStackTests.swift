// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Synchronization
import Testing

@testable import PluginHost

struct BoundedStackTests {
    @Test func theNewestComesFirst() {
        let stack = BoundedStack<Int>(capacity: 3)
        #expect(stack.isEmpty)
        #expect((1...3).allSatisfy(stack.push))
        #expect(!stack.push(4))
        #expect([stack.pop(), stack.pop(), stack.pop(), stack.pop()] == [3, 2, 1, nil])
        #expect(stack.push(5))
        #expect(stack.pop() == 5)
        #expect(stack.isEmpty)
    }

    @Test func threadsLoseAndDoubleNothing() {
        let stack = BoundedStack<Int>(capacity: 16)
        let taken = Mutex<[Int]>([])
        let perThread = 5_000
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            var mine: [Int] = []
            for number in 0..<perThread {
                while !stack.push(thread * perThread + number) {
                    if let element = stack.pop() { mine.append(element) }
                }
                if number % 2 == 0, let element = stack.pop() { mine.append(element) }
            }
            taken.withLock { $0 += mine }
        }
        var all = taken.withLock { $0 }
        while let element = stack.pop() { all.append(element) }
        #expect(all.sorted() == Array(0..<4 * perThread))
    }
}
