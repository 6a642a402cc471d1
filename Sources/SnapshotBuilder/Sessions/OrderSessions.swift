// SPDX-License-Identifier: Apache-2.0

import SessionNeighbours

/// The orders of a history as sessions: what was bought together, in the order of its lines.
package struct OrderSessions {
    /// One click for each sale; items are numbered as products first come.
    private(set) var clicks = Clicks()
    private var order = -1
    private var session: UInt32 = 0
    /// The first reason not to go on, as a visitor cannot throw.
    private var fault: SessionIndexError?

    /// Reads the orders of the history that a source file of `sluice snapshot build` names.
    ///
    /// - Parameters:
    ///   - source: path of the source file.
    ///   - progress: called some hundred times.
    /// - Returns: the orders, with the products' keys.
    /// - Throws: `DiagnosticReport` for the source file, `BuildError` for the input,
    ///   `SessionIndexError` for too many lines.
    package static func read(
        source: String,
        progress: (BuildProgress) -> Void = { _ in }
    ) throws -> ClickLog {
        let file = try SnapshotSourceFile.read(source)
        var history = HistoryReader(file.history)
        var sessions = OrderSessions()
        _ = try InputFile(file).read(.survey, &history, into: &sessions, progress)
        let names = history.products
        return ClickLog(
            clicks: try sessions.finish(),
            itemKeys: (0..<names.count).map { Array(names.key($0)) }
        )
    }

    /// The clicks of everything that was visited.
    func finish() throws(SessionIndexError) -> Clicks {
        if let fault { throw fault }
        return clicks
    }
}

extension OrderSessions: HistoryVisitor {
    mutating func visit(
        _ line: HistoryLine,
        title: UnsafeRawBufferPointer,
        country: UnsafeRawBufferPointer
    ) {
        guard line.kind == .sale, fault == nil else { return }
        if line.order != order {
            order = line.order
            session = clicks.addSession(key: UInt64(order))
        }
        do {
            try clicks.add(session: session, item: UInt32(line.product), time: line.time)
        } catch { fault = error }
    }
}

/// Two visitors of one reading.
struct VisitorPair<First: HistoryVisitor, Second: HistoryVisitor>: HistoryVisitor {
    var first: First
    var second: Second

    mutating func visit(
        _ line: HistoryLine,
        title: UnsafeRawBufferPointer,
        country: UnsafeRawBufferPointer
    ) {
        first.visit(line, title: title, country: country)
        second.visit(line, title: title, country: country)
    }
}
