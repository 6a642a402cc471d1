// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import SessionNeighbours
import SnapshotBuilder
import YAMLDecoding

struct IndexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Make indexes that recommendations are looked up in.",
        subcommands: [IndexSessionsCommand.self]
    )
}

/// Which sessions an index holds, on the command line.
struct SessionIndexOptions: ParsableArguments {
    @Option(name: .long, help: "Leave out sessions of fewer clicks.")
    var clicksMinimum = SessionIndexRules().clicksMinimum

    @Option(name: .long, help: "Leave out sessions of more different items, at most 255.")
    var itemsMaximum = SessionIndexRules().itemsMaximum

    @Option(name: .long, help: "Keep so many sessions of one item, the most recent ones.")
    var sessionsPerItem = SessionIndexRules().postingsMaximum

    var rules: SessionIndexRules {
        var rules = SessionIndexRules()
        rules.clicksMinimum = clicksMinimum
        rules.itemsMaximum = itemsMaximum
        rules.postingsMaximum = sessionsPerItem
        return rules
    }

    func validate() throws {
        guard SessionIndexRules.itemsMaximumRange.contains(itemsMaximum) else {
            throw ValidationError("--items-maximum: expected 2 to 255")
        }
        guard SessionIndexRules.postingsMaximumRange.contains(sessionsPerItem) else {
            throw ValidationError("--sessions-per-item: expected 1 to 100000")
        }
    }
}

struct IndexSessionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions",
        abstract: "Index past sessions by the items in them.",
        discussion: """
            The input is a log of clicks with SessionId, ItemId and Time, apart by tabs, with or \
            without a header, in any order (Time in Unix seconds, a fraction is rounded); or the \
            orders of a history, as `sluice snapshot build` reads them. The index is made in memory: \
            28 bytes a click. Snapshots get their own with `features.sessions` in the source file. \
            Exit codes: 0 written, 1 the input or the disk was refused, 78 the source file is.
            """
    )

    @Option(name: .long, help: "The log of clicks, a text file.")
    var input: String?

    @Option(name: .long, help: "The source file of a history, whose orders are the sessions.")
    var history: String?

    @Option(name: .long, help: "The file the index goes to.")
    var out: String

    @OptionGroup var options: SessionIndexOptions

    @Flag(name: .long, help: "Print the report as JSON.")
    var json = false

    func validate() throws {
        guard (input == nil) != (history == nil) else {
            throw ValidationError("expected either --input or --history")
        }
    }

    func run() throws {
        try reporting {
            var bar = CountBar()
            defer { bar.finish() }
            let log = try readLog(&bar)
            let (storage, report) = try SessionIndexReport.make(log, options.rules)
            try Data(storage.bytes).write(to: URL(filePath: out), options: .atomic)
            bar.finish()
            if json { try printJSON(report) } else { print(report.table) }
            StandardError.write("wrote \(out)")
        }
    }

    private func readLog(_ bar: inout CountBar) throws -> ClickLog {
        if let input {
            return try ClickLog.read(input) { read, total, clicks in
                bar.show("reading, \(clicks) clicks", done: read, of: total)
            }
        }
        do {
            return try OrderSessions.read(source: history ?? "") {
                bar.show("reading, \($0.rows) rows", done: $0.bytesRead, of: $0.bytesTotal)
            }
        } catch let error as DiagnosticReport {
            bar.finish()
            StandardError.write(
                DiagnosticRenderer.text(error.diagnostics, color: StandardError.takesColor)
            )
            throw ExitCode.badConfiguration
        }
    }
}

/// What an index holds and what was left out.
struct SessionIndexReport: Encodable {
    let clicks: Int
    let sessions: Int
    let items: Int
    let shortSessions: Int
    let longSessions: Int
    let bytes: Int
    let itemTableBytes: Int
    let bytesPerClick: Double

    /// Makes an index of a log, and checks it as whoever opens it will.
    static func make(
        _ log: consuming ClickLog,
        _ rules: SessionIndexRules
    ) throws -> (SessionIndexStorage, SessionIndexReport) {
        log.sortItems()
        let keys = log.itemKeys
        let builder = SessionIndexBuilder(log.clicks, rules: rules)
        let storage = try builder.finish(itemCount: keys.count, keys: keys)
        let index = try SessionIndex(storage.bytes)
        let rest = Double(index.byteCount - index.itemTableBytes)
        let report = SessionIndexReport(
            clicks: index.clickCount,
            sessions: index.sessionCount,
            items: index.itemCount,
            shortSessions: builder.shortSessions,
            longSessions: builder.longSessions,
            bytes: index.byteCount,
            itemTableBytes: index.itemTableBytes,
            bytesPerClick: rest / Double(max(index.clickCount, 1))
        )
        return (storage, report)
    }

    var table: String {
        """
        clicks             \(clicks)
        sessions           \(sessions)
          left out, short  \(shortSessions)
          left out, long   \(longSessions)
        items              \(items)
        bytes              \(bytes)
          item table       \(itemTableBytes)
          else, a click    \(String(format: "%.2f", bytesPerClick))
        """
    }
}

/// Progress of something that is counted: one line that is redrawn, on a terminal only.
struct CountBar {
    /// Redrawing more often than a screen refreshes is wasted.
    private static let redrawSeconds = 0.1
    private var shownAt = 0.0
    private var isShown = false

    mutating func show(_ what: String, done: Int, of total: Int) {
        let now = ProcessInfo.processInfo.systemUptime
        guard StandardError.isTerminal, now - shownAt >= Self.redrawSeconds else { return }
        shownAt = now
        isShown = true
        let percent = 100 * done / max(total, 1)
        FileHandle.standardError.write(Data("\r\u{1B}[K\(percent) % \(what)".utf8))
    }

    /// Clears the line off the terminal.
    mutating func finish() {
        if isShown { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
        isShown = false
    }
}
