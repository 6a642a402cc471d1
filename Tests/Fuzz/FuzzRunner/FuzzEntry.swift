// SPDX-License-Identifier: Apache-2.0
import Foundation
import FuzzTargets

/// The variable that names the target; libFuzzer takes the arguments for itself.
private let targetVariable = "SLUICE_FUZZ_TARGET"

/// The property of the named target, made with the first input.
private let property: any FuzzProperty = {
    let name = ProcessInfo.processInfo.environment[targetVariable] ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
        let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
        return stop("\(targetVariable) is `\(name)`, expected one of \(names)")
    }
    do {
        return try target.makeProperty()
    } catch {
        return stop("cannot prepare \(name): \(error)")
    }
}()

/// What libFuzzer calls with each input, on one thread.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do {
        try property.check(Array(UnsafeBufferPointer(start: start, count: count)))
    } catch {
        // A trap is what libFuzzer keeps the input for.
        stop("property violated: \(error)")
    }
    return 0
}

private func stop(_ message: String) -> Never {
    FileHandle.standardError.write(Data((message + "\n").utf8))
    preconditionFailure(message)
}
