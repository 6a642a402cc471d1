// SPDX-License-Identifier: Apache-2.0

/// ISO 4217 currencies.
package enum Currency {
    /// The minor-unit digits of a currency (GBP 2, JPY 0, KWD 3); nil for an unknown code.
    ///
    /// Source: ISO 4217 list one, funds and metals left out.
    package static func digits(of code: String) -> Int? {
        table[code]
    }

    private static let table: [String: Int] = {
        var table: [String: Int] = [:]
        for (digits, codes) in codesByDigits {
            for code in codes.split(separator: " ") { table[String(code)] = digits }
        }
        return table
    }()

    private static let codesByDigits: [(digits: Int, codes: String)] = [
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"),
        (
            2,
            """
            AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP \
            BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP \
            GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT \
            LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN \
            NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP \
            SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED \
            VES WST XCD XCG YER ZAR ZMW ZWG
            """
        ),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
    ]
}
