// SPDX-License-Identifier: Apache-2.0

/// The bounds of a build.
///
/// Each keeps memory a function of the entities kept; only the order sessions grow with the lines sold.
enum Limits {
    /// Bytes asked of the file system at once: large enough that system calls do not show.
    static let readBytes = 256 * 1024
    /// Longest row: far above any order line, so past it a quote was left open.
    static let recordBytesMaximum = 1024 * 1024
    /// Most columns of a CSV header; exports of large shops have about 100.
    static let columnsMaximum = 1024
    /// Longest product, order, customer or country; LMDB's own key limit is 511 bytes.
    static let keyBytesMaximum = 255
    /// Longest title kept; longer ones are cut between two characters.
    static let titleBytesMaximum = 240
    /// Lines of one order remembered to find repeats and assemble its basket.
    static let orderLinesMaximum = 4096
    /// Different prices counted per product; a further one counts as the nearest of these.
    static let pricesPerProductMaximum = 256
    /// Different titles counted per product (space-saving: the rarest gives way).
    static let titlesPerProductMaximum = 8
    /// Customers counted exactly per product; above, every halving keeps the error under 4 %.
    static let customersCountedExactly = 1024
    /// Partners kept at one product while counting co-purchases.
    ///
    /// At 8 bytes a partner and 3/4 load a product costs 32 KiB at most. A pair is kept at one of both
    /// products, so catalogues up to this size are counted exactly.
    static let partnersPerProductMaximum = 3072
    /// Different countries: the world has about 250, so past this the column is the wrong one.
    static let countriesMaximum = 4096
    /// Most windows, quantity breaks and quantiles a source file may ask for: columns and
    /// counters are made for each, and a row has 64 null bits.
    static let featureStepsMaximum = 9
    /// Header names quoted in an error before it says "and more".
    static let namesQuotedMaximum = 20
    /// Malformed rows whose place and reason a report quotes.
    static let malformedQuotedMaximum = 10
}
