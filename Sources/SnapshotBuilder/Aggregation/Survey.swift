// SPDX-License-Identifier: Apache-2.0

/// The first reading: what the second must know beforehand, and all about customers.
struct Survey: HistoryVisitor {
    /// What is kept of a product.
    struct Product {
        var sales: Int64 = 0
        var lastSold = Int64.min
    }

    /// What is kept of a customer.
    struct Customer {
        var orders: Int64 = 0
        /// Units sold less units that came back.
        var units: Int64 = 0
        /// Units sold.
        var unitsSold: Int64 = 0
        /// Minor units paid less minor units refunded.
        var spend: Int64 = 0
        var lastOrder = Int64.min
        var country: Int?
        fileprivate var currentOrder = -1
    }

    private(set) var products: [Product] = []
    private(set) var customers: [Customer] = []
    private(set) var countries = KeyInterner()
    private(set) var firstTime = Int64.max
    /// The time the snapshot speaks of: that of the last line.
    private(set) var lastTime = Int64.min

    mutating func visit(
        _ line: HistoryLine,
        title: UnsafeRawBufferPointer,
        country: UnsafeRawBufferPointer
    ) {
        firstTime = min(firstTime, line.time)
        lastTime = max(lastTime, line.time)
        while products.count <= line.product { products.append(Product()) }
        if line.kind == .sale { sell(line) }
        guard let customer = line.customer else { return }
        while customers.count <= customer { customers.append(Customer()) }
        credit(customer, line)
        if line.kind == .sale { noteOrder(customer, line, country) }
    }

    private mutating func sell(_ line: HistoryLine) {
        products[line.product].sales += 1
        products[line.product].lastSold = max(products[line.product].lastSold, line.time)
    }

    private mutating func credit(_ number: Int, _ line: HistoryLine) {
        let units = line.kind == .sale ? line.quantity : -line.quantity
        customers[number].units.addSaturating(units)
        customers[number].unitsSold.addSaturating(max(units, 0))
        customers[number].spend.addSaturating(units, times: line.unitPrice)
    }

    private mutating func noteOrder(
        _ number: Int,
        _ line: HistoryLine,
        _ country: UnsafeRawBufferPointer
    ) {
        if line.time >= customers[number].lastOrder {
            customers[number].lastOrder = line.time
            note(country, of: number)
        }
        guard customers[number].currentOrder != line.order else { return }
        customers[number].currentOrder = line.order
        customers[number].orders += 1
    }

    private mutating func note(_ country: UnsafeRawBufferPointer, of number: Int) {
        let name = FieldText.prefix(FieldText.trimmed(country), Limits.keyBytesMaximum)
        customers[number].country = name.isEmpty ? nil : countries.intern(name)
    }
}
