// SPDX-License-Identifier: Apache-2.0

/// What a column of the input means.
enum ColumnRole: Int, CaseIterable {
    case order, product, title, quantity, time, unitPrice, customer, country

    /// The role's name in a source file.
    var name: String { self == .unitPrice ? "unit_price" : "\(self)" }

    var isRequired: Bool {
        switch self {
        case .order, .product, .quantity, .time, .unitPrice: true
        case .title, .customer, .country: false
        }
    }
}

/// What came of asking for the next record.
enum RecordOutcome: Equatable {
    case record
    case malformed(String)
    case end
}

/// Reads an input record by record, each a set of text fields by role.
protocol RecordReader {
    var window: InputWindow { get }
    /// The line the record begins at, counted from 1.
    var line: Int { get }
    mutating func next() throws -> RecordOutcome
    /// The text of a field, empty when the input lacks it. Valid until `next` is called.
    func field(_ role: ColumnRole) -> UnsafeRawBufferPointer
}

enum RecordText {
    /// Says what is wrong with a record's bytes as text, if anything.
    static func fault(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        if bytes.contains(0) { return "holds a NUL byte" }
        return String(validating: bytes, as: UTF8.self) == nil ? "is not valid UTF-8" : nil
    }

    /// Names found in a file, quoted for an error message; control characters are escaped.
    static func quote(_ names: [String]) -> String {
        let shown = names.prefix(Limits.namesQuotedMaximum)
            .map { String($0.prefix(40)).debugDescription }
        let more = names.count > shown.count ? " and \(names.count - shown.count) more" : ""
        return shown.joined(separator: ", ") + more
    }
}
