// SPDX-License-Identifier: Apache-2.0
import Digests
import Foundation

/// The page's style, and its digest for the page's own content security policy.
enum HTMLStyle {
    /// Colors told apart by eyes that see red and green alike (Okabe and Ito).
    private static let colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8f7a00", "#56b4e9"]

    static let text = base + colored + heat

    /// SHA-256 of the style, in base64.
    static var digest: String {
        var digits = Array(text.utf8).withUnsafeBytes { SHA256Digest(of: $0) }.hex[...]
        var bytes = Data()
        while let byte = UInt8(digits.prefix(2), radix: 16) {
            bytes.append(byte)
            digits = digits.dropFirst(2)
        }
        return bytes.base64EncodedString()
    }

    private static let base = """
        :root{--ink:#1b1f24;--soft:#57606a;--rule:#d0d7de;--page:#fff;--good:#116329;--bad:#a40e26;--heat:#0072b2}
        @media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9198a1;--rule:#3d444d;--page:#0d1117;\
        --good:#56d364;--bad:#ff7b72;--heat:#79c0ff}}
        body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
        main{max-width:900px;margin:0 auto;padding:16px}
        h1{font-size:22px;margin:0}h2{font-size:17px;margin:28px 0 8px}
        .verdict{font-size:16px;border-left:4px solid;padding:6px 12px}.good{border-color:var(--good)}\
        .bad{border-color:var(--bad)}.good strong{color:var(--good)}.bad strong{color:var(--bad)}
        .facts,caption{color:var(--soft);font-size:13px}caption{text-align:left;padding:4px 0}
        .scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
        th,td{padding:3px 8px;border-bottom:1px solid var(--rule);text-align:right;white-space:nowrap}
        th:first-child{text-align:left;font-weight:500}
        svg{width:100%;height:auto;display:block}svg text{fill:var(--soft);font-size:11px}
        .grid{stroke:var(--rule);stroke-width:.5;fill:none}.line{fill:none;stroke-width:2}
        .bar{stroke-opacity:.4;stroke-width:4}.mark{stroke:var(--soft);stroke-dasharray:4 4}
        @media(max-width:640px){.chart{overflow-x:auto}.chart svg{min-width:640px}.chart svg text{font-size:14px}}
        .legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 16px;margin:4px 0 12px;padding:0;font-size:13px}
        .legend li::before{content:"";display:inline-block;width:18px;border-top:3px solid;margin-right:6px;\
        vertical-align:middle}

        """

    private static var colored: String {
        colors.enumerated().map {
            ".l\($0){stroke:\($1)}.legend .k\($0)::before{border-color:\($1)}"
        }.joined(separator: "\n") + "\n"
    }

    private static var heat: String {
        (0..<HeatMap.levels).map { level in
            let opacity = 0.12 + 0.88 * Double(level) / Double(HeatMap.levels - 1)
            return ".h\(level){fill:var(--heat);fill-opacity:" + String(format: "%.2f}", opacity)
        }.joined(separator: "\n")
    }
}
