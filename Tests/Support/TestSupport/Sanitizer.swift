// SPDX-License-Identifier: Apache-2.0
import Glibc
import PluginHost

/// What watches this process and those it starts, when the tests run by `make sanitize`.
package enum Sanitizer {
    /// Whether any sanitizer watches: its allocator is in the place of ours.
    package static let isPresent = isAddress || isThread
    /// Whether it is the address sanitizer, which keeps freed memory back to notice late uses.
    package static let isAddress = isLinked("__asan_init")
    /// Whether it is the thread sanitizer, which keeps a history of every access.
    package static let isThread = isLinked("__tsan_init")

    private static func isLinked(_ symbol: String) -> Bool { dlsym(nil, symbol) != nil }
}

extension [CheckResult] {
    /// The findings that make a plugin unfit, without the growth that a sanitizer makes itself: freed
    /// memory it keeps back grows with the calls as a leak does.
    package var failures: [CheckResult] {
        filter {
            $0.outcome == .fail && !(Sanitizer.isPresent && $0.name.hasSuffix("no growth"))
        }
    }
}
