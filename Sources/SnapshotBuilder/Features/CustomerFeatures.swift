// SPDX-License-Identifier: Apache-2.0

/// The customers a snapshot holds, in the order of their keys: those who ordered at least once.
struct CustomerFeatures {
    private let survey: Survey
    private let names: KeyInterner
    private let kinds: [CustomerKind]
    private let countryCodes: [UInt32]
    private let numbers: [Int]

    /// Names of the countries by code, in alphabetical order.
    let countries: [String]

    init(survey: Survey, names: KeyInterner, kinds: [CustomerKind]) {
        self.survey = survey
        self.names = names
        self.kinds = kinds
        numbers = survey.customers.indices.filter { survey.customers[$0].orders > 0 }
            .sorted { names.key($0).lexicographicallyPrecedes(names.key($1)) }
        let found = (0..<survey.countries.count)
            .map { String(decoding: survey.countries.key($0), as: UTF8.self) }
        let sorted = found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let codes = Dictionary(zip(sorted, UInt32(0)...), uniquingKeysWith: { first, _ in first })
        countries = sorted
        countryCodes = found.map { codes[$0] ?? 0 }
    }

    var count: Int { numbers.count }

    func key(_ row: Int) -> [UInt8] { Array(names.key(numbers[row])) }
    func counts(_ row: Int) -> Survey.Customer { survey.customers[numbers[row]] }
    func kind(_ row: Int) -> CustomerKind { kinds[numbers[row]] }
    func country(_ row: Int) -> UInt32? { counts(row).country.map { countryCodes[$0] } }

    /// Days from the customer's last order to the end of the history.
    func recencyDays(_ row: Int) -> Float {
        Float(Double(survey.lastTime - counts(row).lastOrder) / Double(Decay.daySeconds))
    }
}
