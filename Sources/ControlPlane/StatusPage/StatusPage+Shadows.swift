// SPDX-License-Identifier: Apache-2.0
import GatewayCore

/// What the shadows of a model found out, as a table and a picture for each.
extension StatusPage {
    func shadows(of model: GatewayStatus.Model) -> HTML {
        guard !model.shadows.isEmpty else { return "" }
        return """
            <h3>Shadows</h3><div class="scroll"><table>
            <thead><tr><th>version</th><th class="n">sample</th><th class="n">compared</th>
            <th class="n">errors</th><th class="n">late</th><th class="n">dropped</th>
            <th class="n">not comparable</th><th class="n">p99</th><th>found</th></tr></thead>
            <tbody>\(model.shadows.map(row))</tbody></table></div>\(model.shadows.map(picture))
            """
    }

    private func row(for shadow: GatewayStatus.Shadow) -> HTML {
        let requests = shadow.requests
        return """
            <tr><td>\(shadow.version)</td>
            <td class="n">\(PageFormat.percent(basisPoints: shadow.sampleBasisPoints))</td>
            <td class="n">\(PageFormat.count(requests.compared))</td>
            <td class="n">\(PageFormat.count(requests.handlerError + requests.badReply))</td>
            <td class="n">\(PageFormat.count(requests.late))</td>
            <td class="n">\(PageFormat.count(requests.shed + requests.full))</td>
            <td class="n">\(PageFormat.count(requests.notComparable))</td>
            <td class="n">\(PageFormat.milliseconds(shadow.p99Milliseconds))</td>
            <td>\(finding(of: shadow))</td></tr>
            """
    }

    private func finding(of shadow: GatewayStatus.Shadow) -> String {
        if let prices = shadow.prices {
            return
                "\(PageFormat.count(prices.lower)) lower, \(PageFormat.count(prices.equal)) equal, "
                + "\(PageFormat.count(prices.higher)) higher, "
                + "\(PageFormat.count(prices.guardViolations)) outside the guard, "
                + "largest \(PageFormat.percent(ratio: prices.largestDeltaRatio))"
        }
        guard let share = shadow.lists?.meanShare else { return "–" }
        return "\(PageFormat.percent(ratio: share)) of the live list"
    }

    private func picture(of shadow: GatewayStatus.Shadow) -> HTML {
        if let prices = shadow.prices {
            let caption = "Lines by the price of version \(shadow.version) against the live one"
            return bars(prices.bars, caption)
        }
        guard let lists = shadow.lists else { return "" }
        let caption = "Lists by how much of the live one version \(shadow.version) has too"
        return bars(lists.bars, caption)
    }

    private func bars(_ bars: [Bar], _ caption: String) -> HTML {
        let highest = bars.map(\.count).max() ?? 0
        guard highest > 0 else { return "" }
        let width = bars.count * Bar.width
        let drawn: [HTML] = bars.enumerated().map { index, bar in
            bar.drawn(at: index, share: Double(bar.count) / Double(highest))
        }
        return """
            <figure><svg viewBox="0 0 \(width) \(Bar.height + 12)" role="img" aria-label="\(caption)">\(drawn)</svg>
            <figcaption>\(caption)</figcaption></figure>
            """
    }
}

/// One bar of a picture.
struct Bar: Equatable {
    /// Units of the picture's own scale.
    static let width = 30
    static let height = 48

    let label: String
    let count: UInt64
    /// Both versions agree.
    var isSame = false

    func drawn(at index: Int, share: Double) -> HTML {
        // A bar that counts anything can be seen.
        let tall = count == 0 ? 0 : max(1, Int(share * Double(Self.height)))
        let left = index * Self.width
        return """
            <rect\(isSame ? " class=\"same\"" : "" as HTML) x="\(left + 2)" y="\(Self.height - tall)" \
            width="\(Self.width - 4)" height="\(tall)"><title>\(label): \(PageFormat.count(count))</title></rect>\
            <text x="\(left + Self.width / 2)" y="\(Self.height + 9)">\(label)</text>
            """
    }
}

extension GatewayStatus.ShadowPrices {
    /// The histogram with what is exactly equal as a bar of its own.
    fileprivate var bars: [Bar] {
        deltas.flatMap { bucket in
            guard let to = bucket.to else {
                let last = deltas.compactMap(\.to).last ?? 0
                return [
                    Bar(label: ">" + PageFormat.signedPercent(ratio: last), count: bucket.count)
                ]
            }
            guard to == 0 else {
                return [Bar(label: PageFormat.signedPercent(ratio: to), count: bucket.count)]
            }
            let below = bucket.count - min(equal, bucket.count)
            return [Bar(label: "<0", count: below), Bar(label: "=", count: equal, isSame: true)]
        }
    }
}

extension GatewayStatus.ShadowLists {
    fileprivate var bars: [Bar] {
        shares.map { bucket in
            Bar(
                label: PageFormat.percent(ratio: bucket.to ?? 1),
                count: bucket.count,
                isSame: bucket.to == 1
            )
        }
    }
}

extension PageFormat {
    /// `12.5 %`.
    static func percent(ratio: Double) -> String {
        percent(basisPoints: Int((ratio * 10_000).rounded()))
    }

    /// `+5 %`, `-5 %`.
    static func signedPercent(ratio: Double) -> String {
        (ratio > 0 ? "+" : "") + percent(ratio: ratio)
    }
}
