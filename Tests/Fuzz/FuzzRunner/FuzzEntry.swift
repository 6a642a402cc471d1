// SPDX-License-Identifier: Apache-2.0
import Foundation
import FuzzTargets

/// Hands libFuzzer's inputs to the property of one target.
enum FuzzEntry {
    /// The variable that names the target; libFuzzer takes the arguments for itself.
    private static let targetVariable = "SLUICE_FUZZ_TARGET"

    /// Runs one input; a trap makes libFuzzer keep it.
    static func test(_ input: UnsafeBufferPointer<UInt8>) {
        do {
            try property.check(Array(input))
        } catch {
            stop("property violated: \(error)")
        }
    }

    /// The property of the named target, made with the first input.
    // nonisolated(unsafe) because libFuzzer calls from one thread.
    nonisolated(unsafe) private static let property: any FuzzProperty = {
        let name = ProcessInfo.processInfo.environment[targetVariable] ?? ""
        guard let target = FuzzTarget(rawValue: name) else {
            let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
            stop("\(targetVariable) is `\(name)`, expected one of \(names)")
        }
        do {
            return try target.makeProperty()
        } catch {
            stop("cannot prepare \(name): \(error)")
        }
    }()

    private static func stop(_ message: String) -> Never {
        FileHandle.standardError.write(Data((message + "\n").utf8))
        preconditionFailure(message)
    }
}

/// What libFuzzer calls with each input, on one thread; its library wants the symbol too.
@c(LLVMFuzzerTestOneInput)
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzEntry.test(UnsafeBufferPointer(start: start, count: count))
    return 0
}
