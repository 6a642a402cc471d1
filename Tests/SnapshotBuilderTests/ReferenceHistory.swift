// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One line of the demo's history as the reference reads it.
struct ReferenceLine: Hashable {
    let order, product, title: String
    let quantity: Int64
    let time: Int64
    let price: Int64
    let customer, country: String
}

/// The demo's history read the plain way: all rows in memory, sets and dictionaries.
struct ReferenceHistory {
    private(set) var rowsRead = 0
    private(set) var sales: [ReferenceLine] = []
    private(set) var refunds: [ReferenceLine] = []
    private(set) var asOf: Int64 = 0
    /// Codes by customer: 2 retail, 3 wholesale.
    private(set) var kinds: [String: UInt32] = [:]
    private var listed: Set<String> = []
    private var baskets: [(products: Set<String>, time: Int64)] = []
    private var weights: [String: Double] = [:]

    init(gzipped path: String) throws {
        var times: [String: Int64] = [:]
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "Europe/London")
        formatter.dateFormat = "yyyy-MM-dd HH:mm:ss"
        var seen: Set<ReferenceLine> = []
        for fields in try Self.rows(gzipped: path).dropFirst() {
            rowsRead += 1
            if times[fields[4]] == nil {
                times[fields[4]] = Int64(
                    formatter.date(from: fields[4])?.timeIntervalSince1970 ?? 0
                )
            }
            let line = ReferenceLine(
                order: fields[0],
                product: fields[1].uppercased(),
                title: fields[2].trimmingCharacters(in: .whitespaces),
                quantity: Int64(fields[3]) ?? 0,
                time: times[fields[4]] ?? 0,
                price: Int64(((Double(fields[5]) ?? 0) * 100).rounded()),
                customer: String(fields[6].dropLast(2)),
                country: fields[7]
            )
            add(line, &seen)
        }
        finish()
    }

    static func units(_ lines: [ReferenceLine]) -> Int64 {
        lines.reduce(0) { $0 + abs($1.quantity) }
    }

    static func value(_ lines: [ReferenceLine]) -> Int64 {
        lines.reduce(0) { $0 + abs($1.quantity) * $1.price }
    }

    /// The similarity of every listed product that was ever bought with `product`.
    func similarities(to product: String) -> [String: Double] {
        var together: [String: Double] = [:]
        for basket in baskets where basket.products.contains(product) {
            for other in basket.products where other != product && listed.contains(other) {
                together[other, default: 0] += weight(basket.time)
            }
        }
        return together.reduce(into: [:]) { result, pair in
            let norm = ((weights[product] ?? 0) * (weights[pair.key] ?? 0)).squareRoot()
            result[pair.key] = pair.value / norm * pair.value / (pair.value + 5)
        }
    }

    private mutating func add(_ line: ReferenceLine, _ seen: inout Set<ReferenceLine>) {
        // A product's code is five digits and some letters; everything else is a fee or a note.
        guard !line.order.hasPrefix("A"), line.product.prefix(5).allSatisfy(\.isNumber) else {
            return
        }
        let isRefund = line.quantity < 0 && (line.order.hasPrefix("C") || line.price > 0)
        guard isRefund || (line.quantity > 0 && line.price > 0) else { return }
        let bare = ReferenceLine(
            order: line.order,
            product: line.product,
            title: "",
            quantity: line.quantity,
            time: line.time,
            price: line.price,
            customer: line.customer,
            country: ""
        )
        guard seen.insert(bare).inserted else { return }
        if isRefund { refunds.append(line) } else { sales.append(line) }
    }

    private mutating func finish() {
        asOf = (sales + refunds).map(\.time).max() ?? 0
        for (customer, lines) in Dictionary(grouping: sales, by: \.customer) {
            let orders = Set(lines.map(\.order)).count
            let mean = Double(Self.units(lines)) / Double(orders)
            kinds[customer] = customer.isEmpty ? 1 : orders >= 2 && mean >= 300 ? 3 : 2
        }
        listed = Set(sales.filter { $0.time > asOf - 90 * 86_400 }.map(\.product))
        for (_, lines) in Dictionary(grouping: sales, by: \.order) {
            let products = Set(lines.map(\.product))
            guard products.count <= 100 else { continue }
            baskets.append((products, lines[0].time))
            for product in products { weights[product, default: 0] += weight(lines[0].time) }
        }
    }

    private func weight(_ time: Int64) -> Double { pow(0.5, Double(asOf - time) / 86_400 / 90) }

    /// The fields of every row, unpacked by the system's gzip.
    private static func rows(gzipped path: String) throws -> [[String]] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/gzip")
        process.arguments = ["-dc", path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Array(data).split(separator: UInt8(ascii: "\n")).map(fields)
    }

    private static func fields(_ line: ArraySlice<UInt8>) -> [String] {
        guard line.contains(UInt8(ascii: "\"")) else {
            return line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
        }
        // Parts between quotes alternate: outside, inside, outside… Doubled quotes join two insides.
        var fields = [""]
        var isInside = false
        var last: Character?
        for character in String(decoding: line, as: UTF8.self) {
            if character == "\"" {
                if !isInside, last == "\"" { fields[fields.count - 1].append("\"") }
                isInside.toggle()
            } else if character == ",", !isInside {
                fields.append("")
            } else {
                fields[fields.count - 1].append(character)
            }
            last = character
        }
        return fields
    }
}

/// The features of one product, reckoned from all of its lines.
struct ReferenceProduct {
    var integers: [String: Int64] = [:]
    var floats: [String: Float] = [:]
    let title: String?
    let listed: UInt32
    let tiers: [[Int64]]

    init(_ sales: [ReferenceLine], _ refunds: [ReferenceLine], asOf: Int64, kinds: [String: UInt32])
    {
        let prices = sales.map(\.price).sorted()
        let lastSold = sales.map(\.time).max() ?? 0
        let recent = { (days: Int64) in sales.filter { $0.time > lastSold - days * 86_400 } }
        integers["last_sold"] = lastSold
        integers["list_price"] = Self.median(recent(28).map(\.price))
        integers["last_price"] = sales.last { $0.time == lastSold }?.price
        integers["price_minimum"] = prices.first
        integers["price_maximum"] = prices.last
        integers["customers"] = Int64(Set(sales.map(\.customer)).subtracting([""]).count)
        for days: Int64 in [7, 28, 90] {
            let within = { (line: ReferenceLine) in line.time > asOf - days * 86_400 }
            let sold = sales.filter(within)
            integers["units_\(days)d"] =
                ReferenceHistory.units(sold) - ReferenceHistory.units(refunds.filter(within))
            integers["orders_\(days)d"] = Int64(Set(sold.map(\.order)).count)
        }
        let returned = Double(ReferenceHistory.units(refunds))
        floats["return_rate"] = Float(min(1, returned / Double(ReferenceHistory.units(sales))))
        for decile in 1...9 {
            let rank = Int((Double(decile * prices.count) / 10).rounded(.up))
            floats["price_d\(decile * 10)"] = Float(prices[rank - 1])
        }
        title = Self.commonest(recent(90).map(\.title))
        listed = lastSold > asOf - 90 * 86_400 ? 1 : 0
        tiers = Self.tiers(recent(90), kinds)
    }

    private static func median(_ prices: [Int64]) -> Int64? {
        prices.isEmpty ? nil : prices.sorted()[(prices.count - 1) / 2]
    }

    private static func commonest(_ titles: [String]) -> String? {
        let counts = Dictionary(titles.map { ($0, 1) }, uniquingKeysWith: +)
        let most = counts.values.max()
        return titles.last { counts[$0] == most }
    }

    private static func tiers(_ sales: [ReferenceLine], _ kinds: [String: UInt32]) -> [[Int64]] {
        var tiers: [[Int64]] = []
        for kind: UInt32 in 0...3 {
            var last = Int64.max
            for quantity: Int64 in [1, 6, 12, 24, 48, 96] {
                let bought = sales.filter {
                    $0.quantity >= quantity
                        && (kind == 0 || ($0.customer.isEmpty ? 1 : kinds[$0.customer]) == kind)
                }
                guard bought.count >= 5, let price = median(bought.map(\.price)), price < last
                else { continue }
                tiers.append([Int64(kind), quantity, price])
                last = price
            }
        }
        return tiers
    }
}
