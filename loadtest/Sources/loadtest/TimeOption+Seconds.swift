// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

extension TimeOption: CustomStringConvertible {
    /// A default value.
    init(seconds: Double) { nanoseconds = UInt64(seconds * 1e9) }

    /// As the command line takes it.
    var description: String {
        nanoseconds % 1_000_000_000 == 0
            ? "\(nanoseconds / 1_000_000_000)s" : "\(Double(nanoseconds) / 1e6)ms"
    }
}
