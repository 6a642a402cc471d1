// SPDX-License-Identifier: Apache-2.0
import GatewayCore

extension StatusPage {
    /// How loaded the event loops are.
    var loopsSection: HTML {
        guard !status.loops.isEmpty else { return "" }
        return """
            <section><h2>Load</h2><div class="scroll"><table>
            <thead><tr><th>event loop</th><th>state</th><th class="n">queue delay</th>
            <th class="n">checkouts answered</th><th class="n">recommendations answered</th></tr></thead>
            <tbody>\(status.loops.enumerated().map { row($0, $1) })</tbody></table></div></section>
            """
    }

    private func row(_ index: Int, _ loop: GatewayStatus.Loop) -> HTML {
        """
        <tr><td>\(String(index))</td>
        <td>\(badge(loop.overloaded ? "overloaded" : "calm", good: !loop.overloaded))</td>
        <td class="n">\(PageFormat.milliseconds(loop.queueDelayMilliseconds))</td>
        <td class="n">\(percent(loop.checkoutShare))</td>
        <td class="n">\(percent(loop.recommendationShare))</td></tr>
        """
    }

    private func percent(_ share: Double) -> String {
        PageFormat.percent(basisPoints: Int(share * 10_000))
    }
}
