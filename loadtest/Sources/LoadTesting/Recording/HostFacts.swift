// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The machine a run was sent from: figures of different machines are not comparable.
package struct HostFacts: Hashable, Sendable, Codable {
    /// Kernel and its release.
    package var kernel = ""
    /// The processor's model.
    package var processor = ""
    /// Processors this process may use.
    package var processorCount = 0

    /// Nothing known.
    package init() {}

    /// This machine.
    package static var current: HostFacts {
        var facts = HostFacts()
        facts.kernel = line("/proc/sys/kernel/ostype") + " " + line("/proc/sys/kernel/osrelease")
        facts.processor = model
        facts.processorCount = ProcessInfo.processInfo.activeProcessorCount
        return facts
    }

    private static var model: String {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
        let value = line?.split(separator: ":", maxSplits: 1).last ?? "unknown"
        return value.trimmingCharacters(in: .whitespaces)
    }

    private static func line(_ path: String) -> String {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? "unknown"
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
