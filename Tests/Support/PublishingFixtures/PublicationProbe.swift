// SPDX-License-Identifier: Apache-2.0
import ControlPlane
import Foundation
import GatewayCore
import GatewayFixtures

/// Publishes again and again, and measures what this process holds before and after.
///
/// Runs in a process of its own, where nothing else grows.
package enum PublicationProbe {
    /// What the process holds once the last publication has drained.
    package struct Usage: Codable, Sendable {
        /// Of the whole process.
        package var residentBytes = 0
        /// Of the whole process.
        package var threads = 0
        /// Of the whole process.
        package var descriptors = 0
        /// Snapshots that are mapped.
        package var maps = 0
        /// Metric cells that no series has.
        package var freeCells = 0
        /// Metric series that a scrape shows.
        package var series = 0
    }

    /// What was seen.
    package struct Report: Codable, Sendable {
        /// After the warm-up.
        package var before = Usage()
        /// After all.
        package var after = Usage()
        /// What went wrong on the way.
        package var failures: [String] = []
    }

    /// The first tell enough.
    private static let failuresMax = 3

    /// Publishes `warmUp` times, measures, publishes `measured` times, and measures again.
    ///
    /// - Throws: what building snapshots and loading plugins throws.
    package static func run(warmUp: Int, measured: Int) async throws -> Report {
        let gateway = try PublishingGateway()
        var report = Report()
        for round in 0..<warmUp { try await step(round, gateway, &report) }
        report.before = try await usage(of: gateway)
        for round in warmUp..<warmUp + measured { try await step(round, gateway, &report) }
        report.after = try await usage(of: gateway)
        return report
    }

    /// Mostly snapshots; now and then weights, settings of a version, and a plugin under another name.
    private static func step(
        _ round: Int,
        _ gateway: PublishingGateway,
        _ report: inout Report
    ) async throws {
        switch round % 10 {
        case 3: try await gateway.reload(build: round / 50 % 2, weight: 1_000 + round % 7)
        case 7: try await gateway.reload(build: round / 50 % 2, weight: 5_000, floor: round % 3)
        default: try await gateway.publish(round % 2)
        }
        let answer = await gateway.ask(.prices([("P001", 1)], customer: "C\(round % 2)"))
        let status = gateway.board.status()
        let hasFailed =
            answer ?? 200 != 200 || !status.config.lastReload.successful
            || status.refusedSnapshot != nil
            || status.publishing.results.contains { $0.outcome != .adopted }
        if hasFailed, report.failures.count < failuresMax {
            let results = status.publishing.results.map { "\($0.subject): \($0.message)" }
            report.failures.append("round \(round): \(answer ?? 0), \(results)")
        }
    }

    /// Looks at the store after the last publication: pools' threads let go within half a second.
    private static let drainLooks = 120

    private static func usage(of gateway: PublishingGateway) async throws -> Usage {
        for _ in 0..<drainLooks {
            try await gateway.controller.adoptPublishedSnapshot()
            try await Task.sleep(nanoseconds: 10_000_000)
        }
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        return Usage(
            residentBytes: field("VmRSS", status) * 1024,
            threads: field("Threads", status),
            descriptors: try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count,
            maps: mapped(in: gateway.folder).count,
            freeCells: gateway.storage.freeCellCount,
            series: gateway.board.metricFamilies().reduce(0) { $0 + $1.samples.count }
        )
    }

    /// The snapshots of a store that this process maps.
    package static func mapped(in folder: String) -> Set<Substring> {
        // Read to its end: a file of /proc comes a page at a time.
        let maps = FileHandle(forReadingAtPath: "/proc/self/maps")?.readDataToEndOfFile() ?? Data()
        return Set(
            String(decoding: maps, as: UTF8.self).split(separator: "\n").filter {
                $0.contains(folder)
            }
            .compactMap { $0.split(separator: " ").last }
        )
    }

    private static func field(_ name: String, _ status: String) -> Int {
        let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
            ?? 0
    }
}
