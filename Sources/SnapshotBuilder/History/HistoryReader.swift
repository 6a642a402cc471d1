// SPDX-License-Identifier: Apache-2.0

import FeatureSnapshots
import Foundation

/// Turns the records of the input into the lines of a history.
///
/// Products and customers keep their numbers over several readings.
struct HistoryReader {
    /// How a history is to be read.
    struct Format {
        var rules = HistoryRules()
        var currencyDigits = 2
        var timeZone = TimeZone.gmt
    }

    private(set) var products = KeyInterner()
    private(set) var customers = KeyInterner()
    private(set) var tally = HistoryTally()

    private let format: Format
    private var isProduct: [Bool] = []
    private var timestamps: TimestampParser
    private var orders = OrderTracker()
    private var code: [UInt8] = []

    /// Rows between two reports of progress: often enough for a smooth bar, too rare to cost time.
    private static let progressRows = 4096

    init(_ format: Format) {
        self.format = format
        timestamps = TimestampParser(timeZone: format.timeZone)
    }

    /// Reads the whole input once.
    ///
    /// - Throws: `BuildError` for input that cannot be read, or past the malformed rows allowed.
    mutating func read(
        _ records: inout some RecordReader,
        into visitor: inout some HistoryVisitor,
        progress: (Int) -> Void
    ) throws {
        tally = HistoryTally()
        orders = OrderTracker()
        while true {
            switch try records.next() {
            case .end: return finish()
            case .malformed(let reason): try reject(records, "the row \(reason)")
            case .record: try take(records, into: &visitor)
            }
            tally.rows += 1
            if tally.rows % Self.progressRows == 0 { progress(tally.rows) }
        }
    }

    private mutating func finish() {
        tally.orders = orders.number + 1
    }

    private mutating func take(
        _ records: some RecordReader,
        into visitor: inout some HistoryVisitor
    ) throws {
        switch parse(records) {
        case .failure(let fault): try reject(records, fault.reason)
        case .success((.drop(let reason), _)): tally.drop(reason)
        case .success((.keep(let kind), let line)):
            if orders.isRepeat(line) { return tally.drop(.repeated) }
            tally.keep(kind)
            visitor.visit(line, title: records.field(.title), country: records.field(.country))
        }
    }

    private mutating func reject(_ records: some RecordReader, _ reason: String) throws {
        tally.drop(.malformed)
        if tally.malformedRows.count < Limits.malformedQuotedMaximum {
            tally.malformedRows.append("\(records.line): \(reason)")
        }
        guard tally[.malformed] <= format.rules.malformedRowsMaximum else {
            throw BuildError(file: records.window.stream.path, line: records.line, reason)
        }
    }

    // MARK: - One row

    private struct Fault: Error {
        let reason: String
    }

    private mutating func parse(
        _ records: some RecordReader
    ) -> Result<(RowVerdict, HistoryLine), Fault> {
        do {
            let order = try key(records, .order)
            let product = try key(records, .product)
            orders.enter(order, rules: format.rules)
            var line = HistoryLine(order: orders.number, product: number(ofProduct: product))
            let quantity = try self.quantity(records)
            line.time = try time(records)
            line.unitPrice = try price(records)
            line.customer = try customer(records)
            line.quantity = abs(quantity)
            return .success((verdict(&line, quantity), line))
        } catch {
            return .failure(error)
        }
    }

    private func verdict(_ line: inout HistoryLine, _ quantity: Int64) -> RowVerdict {
        if orders.kind != .adjustment, !isProduct[line.product] { return .drop(.nonProduct) }
        let verdict = format.rules.verdict(
            orders.kind,
            quantity: quantity,
            price: line.unitPrice
        )
        if case .keep(let kind) = verdict { line.kind = kind }
        return verdict
    }

    /// Codes differ in case only by accident of typing, so they are read as upper case.
    private mutating func number(ofProduct product: UnsafeRawBufferPointer) -> Int {
        code.removeAll(keepingCapacity: true)
        for byte in product { code.append(Self.upperCased(byte)) }
        let number = code.withUnsafeBytes { products.intern($0) }
        if number == isProduct.count { isProduct.append(format.rules.isProduct(code)) }
        return number
    }

    private static func upperCased(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte ? byte - 0x20 : byte
    }

    private mutating func customer(_ records: some RecordReader) throws(Fault) -> Int? {
        let field = FieldText.trimmed(records.field(.customer))
        let customer = FieldText.strip(format.rules.customerSuffix, from: field)
        guard !customer.isEmpty else { return nil }
        try checkKey(customer, .customer)
        return customers.intern(customer)
    }

    private mutating func time(_ records: some RecordReader) throws(Fault) -> Int64 {
        let field = FieldText.trimmed(records.field(.time))
        guard let time = timestamps.parse(field) else {
            throw fault(.time, field, "a time such as 2011-12-09 12:50:00")
        }
        return time
    }

    private func quantity(_ records: some RecordReader) throws(Fault) -> Int64 {
        let field = FieldText.trimmed(records.field(.quantity))
        guard let value = FieldText.integer(field), abs(value) <= Int64(Int32.max) else {
            throw fault(.quantity, field, "a whole number of at most \(Int32.max) units")
        }
        return value
    }

    private mutating func price(_ records: some RecordReader) throws(Fault) -> Int64 {
        let field = FieldText.trimmed(records.field(.unitPrice))
        guard let price = Money.minorUnits(decimal: field, digits: format.currencyDigits),
            price.value.magnitude <= Self.priceMaximum
        else { throw fault(.unitPrice, field, "a decimal number") }
        if !price.exact { tally.roundedPrices += 1 }
        return price.value
    }

    /// A trillion minor units: above any price, even in currencies without small change.
    private static let priceMaximum: UInt64 = 1_000_000_000_000

    private func key(
        _ records: some RecordReader,
        _ role: ColumnRole
    ) throws(Fault) -> UnsafeRawBufferPointer {
        let field = FieldText.trimmed(records.field(role))
        guard !field.isEmpty else { throw Fault(reason: "\(role.name) is missing or empty") }
        try checkKey(field, role)
        return field
    }

    private func checkKey(_ key: UnsafeRawBufferPointer, _ role: ColumnRole) throws(Fault) {
        guard key.count <= Limits.keyBytesMaximum else {
            throw Fault(reason: "\(role.name) is longer than \(Limits.keyBytesMaximum) bytes")
        }
    }

    private func fault(
        _ role: ColumnRole,
        _ field: UnsafeRawBufferPointer,
        _ expected: String
    ) -> Fault {
        let text = String(decoding: field.prefix(40), as: UTF8.self).debugDescription
        return Fault(reason: "\(role.name) is \(text), expected \(expected)")
    }
}
