// SPDX-License-Identifier: Apache-2.0
import GatewayCore

/// The page at `/`: the status for people, made on the server, without a script.
struct StatusPage {
    let status: GatewayStatus
    let readiness: Readiness

    /// The page loads its own style sheet and nothing else, and nobody may frame it.
    static let contentSecurityPolicy =
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none';"
        + " frame-ancestors 'none'"

    private static let refreshSeconds = 5

    var html: HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="refresh" content="\(Self.refreshSeconds)">
        <title>Sluice · \(stateText)</title>
        <link rel="stylesheet" href="/status.css">
        </head>
        <body>
        <header><h1>Sluice</h1>\(stateBadge)<p>\(instanceText)</p></header>
        <main>
        \(reasonsNotice)
        <div class="cards">\(snapshotCard)\(configCard)</div>
        \(status.models.map(section(for:)))
        \(routesSection)
        \(publishingSection)
        \(loopsSection)
        </main>
        <footer><a href="/api/status">status as JSON</a> · <a href="/metrics">metrics</a></footer>
        </body>
        </html>

        """
    }
}

extension StatusPage {
    private var stateText: String {
        if status.draining { return "draining" }
        return readiness.ready ? "ready" : "not ready"
    }

    private var stateBadge: HTML {
        badge(stateText, good: readiness.ready && !status.draining)
    }

    private var instanceText: String {
        let instance = status.instance
        return "\(instance.version) · process \(instance.pid)"
            + " · up \(PageFormat.duration(instance.uptimeSeconds))"
    }

    private var reasonsNotice: HTML {
        let lines = readiness.reasons + readiness.notes
        guard !lines.isEmpty else { return "" }
        return "<ul class=\"notice\">\(lines.map { "<li>\($0)</li>" as HTML })</ul>"
    }

    private var refusal: HTML {
        guard let reason = status.refusedSnapshot else { return "" }
        return "<p class=\"bad\">The snapshot published last was refused: \(reason)</p>"
    }

    private var snapshotCard: HTML {
        guard let snapshot = status.snapshot else {
            return "<section><h2>Snapshot</h2><p>none adopted yet</p></section>"
        }
        let entities: [HTML] = snapshot.entities.map {
            "<dt>\($0.name)</dt><dd>\(PageFormat.count($0.rows)) rows</dd>"
        }
        return """
            <section><h2>Snapshot</h2><p><code>\(snapshot.id)</code></p><dl>
            <dt>age</dt><dd>\(PageFormat.duration(snapshot.ageSeconds))</dd>
            <dt>adopted</dt><dd>\(PageFormat.time(snapshot.adoptedAt))</dd>\(entities)</dl>\(refusal)</section>
            """
    }

    private var configCard: HTML {
        let reload = status.config.lastReload
        return """
            <section><h2>Config</h2><p><code>\(status.config.file)</code></p><dl>
            <dt>fingerprint</dt><dd><code>\(String(status.config.fingerprint.prefix(12)))</code></dd>
            <dt>last load</dt><dd>\(badge(reload.successful ? "ok" : "failed", good: reload.successful))
            \(PageFormat.time(reload.at))</dd>\(reload.message.map { "<dt>says</dt><dd class=\"says\">\($0)</dd>" as HTML } ?? "")
            </dl></section>
            """
    }

    private func section(for model: GatewayStatus.Model) -> HTML {
        """
        <section><h2>\(model.name) <small>\(model.kind)</small></h2><div class="scroll"><table>
        <thead><tr><th>version</th><th>traffic</th><th>breaker</th><th class="n">calls</th>
        <th class="n">failures</th><th class="n">p50</th><th class="n">p99</th><th>handler</th></tr>
        </thead>
        <tbody>\(model.versions.map { row(for: $0, stable: $0.version == model.stable) })</tbody>
        </table></div>\(shadows(of: model))</section>
        """
    }

    private func row(for version: GatewayStatus.Version, stable: Bool) -> HTML {
        """
        <tr><td>\(version.version)\(stable ? " <small>stable</small>" : "" as HTML)</td>
        <td><meter min="0" max="10000" value="\(version.weightBasisPoints)"></meter>
        \(PageFormat.percent(basisPoints: version.weightBasisPoints))\(version.enabled ? "" : " \(badge("disabled", good: false))" as HTML)</td>
        <td>\(breakerCell(version.breaker))</td>
        <td class="n">\(PageFormat.count(version.calls.total))</td>
        <td class="n">\(PageFormat.count(version.calls.failures))</td>
        <td class="n">\(PageFormat.milliseconds(version.calls.p50Milliseconds))</td>
        <td class="n">\(PageFormat.milliseconds(version.calls.p99Milliseconds))</td>
        <td>\(version.plugin)/\(version.handler) <small>\(version.execution)</small>\(workerBadge(version.worker))</td></tr>
        """
    }

    private func workerBadge(_ worker: GatewayStatus.Worker?) -> HTML {
        worker.map { " \(badge($0.state, good: $0.state == "ready"))" } ?? ""
    }

    private func breakerCell(_ breaker: GatewayStatus.Breaker) -> HTML {
        let state = breaker.state.rawValue.replacing("_", with: " ")
        let until: HTML =
            breaker.openUntil.map { " <small>until \(PageFormat.time($0))</small>" } ?? ""
        let good = breaker.state == .closed || breaker.state == .forcedClosed
        return "\(badge(state, good: good))\(until)"
    }

    private var routesSection: HTML {
        let rows: [HTML] = status.routes.map {
            """
            <tr><td>\($0.name)</td><td><code>\($0.path)</code></td><td>\($0.model)</td>
            <td class="n">\(PageFormat.milliseconds($0.budgetMilliseconds))</td></tr>
            """
        }
        return """
            <section><h2>Routes</h2><div class="scroll"><table>
            <thead><tr><th>route</th><th>path</th><th>model</th><th class="n">budget</th></tr></thead>
            <tbody>\(rows)</tbody></table></div></section>
            """
    }

    func badge(_ text: String, good: Bool) -> HTML {
        "<span class=\"badge \(good ? "good" : "bad")\">\(text)</span>"
    }
}
