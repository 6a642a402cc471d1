// SPDX-License-Identifier: Apache-2.0

/// The second reading: all about products.
struct FeatureCounters {
    /// What is counted of a product beside its prices and windows.
    struct Product {
        var unitsSold: Int64 = 0
        var unitsReturned: Int64 = 0
        var lastPrice: Int64 = 0
        var lastPriceTime = Int64.min
        var priceMinimum = Int64.max
        var priceMaximum = Int64.min
        /// Orders, newer ones weighing more.
        var popularity: Double = 0
        var titles = TitleCounter()
        var customers = DistinctCounter()
        fileprivate var currentOrder = -1
    }

    /// What is counted within one window of days.
    struct Window {
        /// Units sold less units that came back.
        var units: Int64 = 0
        var orders: Int64 = 0
    }

    let rules: FeatureRules
    let lanes: PriceLanes
    let asOf: Int64
    /// Whether each product sold within the delisting window.
    let isListed: [Bool]
    private(set) var products: [Product]
    private(set) var prices: PriceHistograms

    /// Whether a line came that the survey cannot have seen: the input changed between the readings.
    private(set) var sawUnknown = false

    private let survey: Survey
    private let baskets: BasketQueue
    private let kinds: [CustomerKind]
    private let cutoffs: [Int64]
    private var windows: [Window]
    private var order = -1
    private var orderTime: Int64 = 0
    private var basket: [UInt32] = []

    init(_ rules: FeatureRules, survey: Survey, kinds: [CustomerKind]) {
        self.rules = rules
        self.survey = survey
        self.kinds = kinds
        asOf = survey.lastTime
        lanes = PriceLanes(quantities: rules.tiers.quantities)
        isListed = Self.listed(survey, days: rules.delistingDays)
        cutoffs = rules.windowDays.map { survey.lastTime - $0 * Decay.daySeconds }
        let count = survey.products.count
        products = [Product](repeating: Product(), count: count)
        windows = [Window](repeating: Window(), count: count * cutoffs.count)
        prices = PriceHistograms(products: count, lanes: lanes.count)
        baskets = BasketQueue(
            CoPurchases(rules.neighbours, isTarget: isListed, asOf: asOf)
        )
    }

    /// Counts what is still open; to be called once, after the last line.
    mutating func finish() -> CoPurchases {
        flushBasket()
        return baskets.finish()
    }

    /// The counts of a product in the window number `window`.
    func window(_ window: Int, of product: Int) -> Window {
        windows[product * cutoffs.count + window]
    }

    private static func listed(_ survey: Survey, days: Int64) -> [Bool] {
        let cutoff = survey.lastTime - days * Decay.daySeconds
        return survey.products.map { $0.lastSold > cutoff }
    }

    fileprivate func isSurveyed(_ line: HistoryLine) -> Bool {
        guard line.product < products.count, line.customer ?? 0 < max(kinds.count, 1) else {
            return false
        }
        return line.kind == .refund || survey.products[line.product].lastSold >= line.time
    }

    // MARK: - Sales and refunds

    private mutating func sell(_ line: HistoryLine, _ title: UnsafeRawBufferPointer) {
        let product = line.product
        products[product].unitsSold.addSaturating(line.quantity)
        if line.order != order { beginOrder(line) }
        let isFirst = products[product].currentOrder != line.order
        if isFirst { enterOrder(line) }
        countWindows(line, units: line.quantity, orders: isFirst ? 1 : 0)
        countPrice(line)
        if let customer = line.customer { products[product].customers.insert(customer) }
        if age(line) < rules.titleDays * Decay.daySeconds { products[product].titles.insert(title) }
    }

    private mutating func refund(_ line: HistoryLine) {
        products[line.product].unitsReturned.addSaturating(line.quantity)
        countWindows(line, units: -line.quantity, orders: 0)
    }

    private mutating func countWindows(_ line: HistoryLine, units: Int64, orders: Int64) {
        for (window, cutoff) in cutoffs.enumerated() where line.time > cutoff {
            let index = line.product * cutoffs.count + window
            windows[index].units.addSaturating(units)
            windows[index].orders += orders
        }
    }

    // MARK: - Prices

    private mutating func countPrice(_ line: HistoryLine) {
        notePrice(line)
        let base = prices.base(of: line.product, price: line.unitPrice)
        prices.count(base + PriceLanes.all)
        let age = age(line)
        if age < rules.listPriceDays * Decay.daySeconds { prices.count(base + PriceLanes.recent) }
        guard age < rules.tiers.days * Decay.daySeconds else { return }
        let kind = line.customer.map { kinds[$0] } ?? .guest
        if let lane = lanes.lane(kind, quantity: line.quantity) { prices.count(base + lane) }
    }

    private mutating func notePrice(_ line: HistoryLine) {
        let price = line.unitPrice
        products[line.product].priceMinimum = min(products[line.product].priceMinimum, price)
        products[line.product].priceMaximum = max(products[line.product].priceMaximum, price)
        guard line.time >= products[line.product].lastPriceTime else { return }
        products[line.product].lastPriceTime = line.time
        products[line.product].lastPrice = price
    }

    /// Seconds from the line to the last sale of its product.
    private func age(_ line: HistoryLine) -> Int64 {
        survey.products[line.product].lastSold - line.time
    }

    // MARK: - Orders

    private mutating func beginOrder(_ line: HistoryLine) {
        flushBasket()
        order = line.order
        orderTime = line.time
    }

    private mutating func enterOrder(_ line: HistoryLine) {
        products[line.product].currentOrder = line.order
        products[line.product].popularity += Decay.weight(
            age: asOf - line.time,
            halfLifeDays: rules.popular.halfLifeDays
        )
        // One more than the limit suffices to see that the basket is too large.
        if basket.count <= rules.neighbours.basketMaximum { basket.append(UInt32(line.product)) }
    }

    private mutating func flushBasket() {
        let isBasket = 1...rules.neighbours.basketMaximum ~= basket.count
        if isBasket { baskets.append(basket, time: orderTime) }
        basket.removeAll(keepingCapacity: true)
    }
}

extension FeatureCounters: HistoryVisitor {
    mutating func visit(
        _ line: HistoryLine,
        title: UnsafeRawBufferPointer,
        country: UnsafeRawBufferPointer
    ) {
        guard isSurveyed(line) else { return sawUnknown = true }
        switch line.kind {
        case .sale: sell(line, title)
        case .refund: refund(line)
        }
    }
}
