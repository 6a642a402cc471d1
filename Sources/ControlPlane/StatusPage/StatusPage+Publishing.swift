// SPDX-License-Identifier: Apache-2.0
import GatewayCore

extension StatusPage {
    /// What is coming into force, and how it went last.
    var publishingSection: HTML {
        let publishing = status.publishing
        let rows: [HTML] = publishing.results.map { row(for: $0) }
        return """
            <section><h2>Publishing</h2><p>\(currentStep)\
            \(PageFormat.count(publishing.pluginImagesLoaded)) plugin images in use, \
            \(PageFormat.count(publishing.pluginImagesRetired)) retired\(draining)</p>
            <div class="scroll"><table>
            <thead><tr><th>what</th><th>last result</th><th>at</th><th class="n">took</th>
            <th>says</th></tr></thead>
            <tbody>\(rows)</tbody></table></div></section>
            """
    }

    private var currentStep: HTML {
        guard let current = status.publishing.current else { return "" }
        return
            "<b>\(current.subject): \(current.step)</b> since \(PageFormat.time(current.since)) · "
    }

    private var draining: String {
        let snapshots = status.publishing.drainingSnapshots
        return snapshots.isEmpty ? "" : " · draining " + snapshots.joined(separator: ", ")
    }

    private func duration(_ milliseconds: Double) -> String {
        milliseconds < 1_000
            ? PageFormat.milliseconds(milliseconds) : PageFormat.duration(milliseconds / 1_000)
    }

    private func row(for result: GatewayStatus.PublishingResult) -> HTML {
        let step: HTML = result.step.map { " <small>at \($0)</small>" } ?? ""
        return """
            <tr><td>\(result.subject)</td>
            <td>\(badge(result.outcome.rawValue, good: result.outcome == .adopted))\(step)</td>
            <td>\(PageFormat.time(result.at))</td>
            <td class="n">\(duration(result.durationMilliseconds))</td>
            <td class="says">\(result.message)</td></tr>
            """
    }
}
