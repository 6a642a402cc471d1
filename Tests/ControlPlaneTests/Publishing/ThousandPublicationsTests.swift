// SPDX-License-Identifier: Apache-2.0
import Foundation
import PublishingFixtures
import TestSupport
import Testing

/// Nothing grows with the number of publications.
@Suite struct ThousandPublicationsTests {
    private static let warmUp = 400
    private static let measured = 600
    /// Growth that a leak of one state's tables in each publication would exceed, in bytes.
    private static let growthBytesMax = 12 << 20

    @Test func aThousandPublicationsLeaveNothingBehind() throws {
        let report = try run()
        let (before, after) = (report.before, report.after)
        #expect(report.failures == [])
        #expect(after.maps == 1, "only the served snapshot is mapped")
        #expect(after.freeCells == before.freeCells)
        #expect(after.series == before.series)
        // Threads of a pool that was replaced end in their own time.
        #expect(after.threads <= before.threads + 4)
        #expect(after.descriptors <= before.descriptors + 2)
        #expect(
            after.residentBytes < before.residentBytes + Self.growthBytesMax,
            "\(before.residentBytes >> 10) to \(after.residentBytes >> 10) KiB"
        )
    }

    /// In a process of its own, where no other test grows.
    private func run() throws -> PublicationProbe.Report {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: try BuiltPlugin.executable("publication-probe"))
        process.arguments = ["\(Self.warmUp)", "\(Self.measured)"]
        process.standardOutput = output
        // What the allocator keeps for later must not depend on how many cores there are.
        process.environment = ProcessInfo.processInfo.environment
            .merging(["MALLOC_ARENA_MAX": "2"]) { _, new in new }
        try process.run()
        let data = try #require(try output.fileHandleForReading.readToEnd())
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return try JSONDecoder().decode(PublicationProbe.Report.self, from: data)
    }
}
