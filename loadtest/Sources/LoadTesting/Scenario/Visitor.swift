// SPDX-License-Identifier: Apache-2.0
import YAMLDecoding

/// One shopper during one visit: who it is, and what it looks at and buys.
struct Visitor {
    /// Its id, the same at every visit.
    let shopper: String
    /// What it buys; each checkout of the visit is of this cart.
    let cart: [Catalog.CartLine]
    private var viewCount = 0

    init(shopper: String, cart: [Catalog.CartLine]) {
        self.shopper = shopper
        self.cart = cart
    }

    /// The product it looks at next: those of its cart, over and over.
    mutating func nextView() -> Int {
        defer { viewCount += 1 }
        return cart[viewCount % cart.count].product
    }
}

/// Draws shoppers and their carts.
struct VisitorSource {
    /// The largest quantity of one line: most carts hold a few of each.
    private static let quantityMaximum = 12

    private let catalog: Catalog
    private let shoppers: Int
    /// Positions of the products by popularity.
    private let ranks: [Int]
    private let popularity: ZipfSampler
    private var generator: SeededGenerator

    init(_ catalog: Catalog, _ store: StoreProfile?, seed: UInt64) {
        self.catalog = catalog
        shoppers = store?.shoppers ?? 1
        generator = SeededGenerator(seed: seed, stream: .max / 2)
        // Keys come in order; what sells best has nothing to do with it.
        ranks = Array(catalog.products.indices).shuffled(using: &generator)
        popularity = ZipfSampler(count: max(1, ranks.count), exponent: store?.zipf ?? 0)
    }

    /// The next shopper with a cart of this size; a size of nil is of one product.
    ///
    /// - Throws: `LoadTestError` when the store has fewer products than the cart has lines.
    mutating func next(_ size: CartSize?) throws -> Visitor {
        let shopper = "s-\(Int.random(in: 1...shoppers, using: &generator))"
        guard !catalog.products.isEmpty else { return Visitor(shopper: shopper, cart: []) }
        if size == .history, let cart = catalog.carts.randomElement(using: &generator) {
            return Visitor(shopper: shopper, cart: cart)
        }
        return Visitor(shopper: shopper, cart: try cart(size?.next(using: &generator) ?? 1))
    }

    /// One of the positions below a count.
    mutating func pick(below count: Int) -> Int { Int(generator.next(below: UInt64(count))) }

    /// One of a range, each as likely.
    mutating func pick(in range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &generator)
    }

    /// A time in a range, in nanoseconds.
    mutating func pick(in range: ClosedRange<Duration>) -> UInt64 {
        UInt64.random(
            in: range.lowerBound.nanoseconds...range.upperBound.nanoseconds,
            using: &generator
        )
    }

    /// Different products, the popular ones more often.
    private mutating func cart(_ lines: Int) throws -> [Catalog.CartLine] {
        guard ranks.count >= lines else {
            throw LoadTestError.tooFewProducts(count: ranks.count, lines: lines)
        }
        var chosen = Set<Int>()
        return (0..<lines).map { _ in
            var rank = popularity.next(using: &generator)
            // The next free one, so that a cart of nearly the whole store ends too.
            while !chosen.insert(rank).inserted { rank = (rank + 1) % ranks.count }
            let quantity = Int.random(in: 1...Self.quantityMaximum, using: &generator)
            return Catalog.CartLine(product: ranks[rank], quantity: quantity)
        }
    }
}
