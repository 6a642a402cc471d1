// SPDX-License-Identifier: Apache-2.0

/// The dynamic section of a shared object: what it exports, needs and where it looks.
struct ELFDynamic {
    /// Exported names that begin with `sluice_`.
    private(set) var exported: [String] = []
    /// Names that begin with `sluice_` and are expected from elsewhere.
    private(set) var undefined: [String] = []
    /// Libraries it needs, in order.
    private(set) var needed: [String] = []
    /// Folders it searches, from RUNPATH and the older RPATH.
    private(set) var searchPaths: [String] = []

    private enum Tag {
        static let end: UInt64 = 0
        static let needed: UInt64 = 1
        static let hash: UInt64 = 4
        static let stringTable: UInt64 = 5
        static let symbolTable: UInt64 = 6
        static let stringSize: UInt64 = 10
        static let rpath: UInt64 = 15
        static let runpath: UInt64 = 29
        static let gnuHash: UInt64 = 0x6fff_fef5
    }

    init() {}

    init(_ file: ByteReader, _ segments: [ELFSegment]) {
        guard let segment = segments.first(where: { $0.type == ELFSegment.dynamic }),
            let table = file.slice(at: segment.offset, size: segment.fileSize)
        else { return }
        let entries = Self.entries(of: table)
        func tail(_ tag: UInt64) -> ByteReader? {
            entries.first { $0.tag == tag }
                .flatMap { Self.tail(of: file, atAddress: $0.value, segments) }
        }
        guard var strings = tail(Tag.stringTable) else { return }
        if let size = entries.first(where: { $0.tag == Tag.stringSize })?.value {
            strings = strings.slice(at: 0, size: size) ?? strings
        }
        needed = entries.filter { $0.tag == Tag.needed }.prefix(Limits.reportedNamesMax)
            .compactMap { strings.name(at: $0.value) }
        searchPaths = entries.filter { $0.tag == Tag.runpath || $0.tag == Tag.rpath }
            .prefix(Limits.reportedNamesMax).compactMap { strings.name(at: $0.value) }
            .flatMap { $0.split(separator: ":").map(String.init) }
        guard let symbols = tail(Tag.symbolTable) else { return }
        let count =
            tail(Tag.gnuHash).flatMap(ELFSymbols.count(gnuHash:))
            ?? tail(Tag.hash).flatMap { $0.integer(UInt32.self, at: 4) } ?? 0
        collect(ELFSymbols(symbols, strings, count: count))
    }

    private mutating func collect(_ symbols: ELFSymbols) {
        symbols.forEach { name, isDefined in
            guard name.hasPrefix("sluice_") else { return }
            if isDefined, exported.count < Limits.reportedNamesMax { exported.append(name) }
            if !isDefined, undefined.count < Limits.reportedNamesMax { undefined.append(name) }
        }
    }

    private static func entries(of table: ByteReader) -> [(tag: UInt64, value: UInt64)] {
        var entries: [(tag: UInt64, value: UInt64)] = []
        while entries.count < Limits.elfEntriesMax,
            let tag = table.integer(UInt64.self, at: UInt64(entries.count) * 16),
            let value = table.integer(UInt64.self, at: UInt64(entries.count) * 16 + 8),
            tag != Tag.end
        {
            entries.append((tag, value))
        }
        return entries
    }

    /// The file's bytes from the place that is mapped at `address` to the end of its segment.
    private static func tail(
        of file: ByteReader,
        atAddress address: UInt64,
        _ segments: [ELFSegment]
    ) -> ByteReader? {
        for segment in segments where segment.type == ELFSegment.load {
            guard address >= segment.address, address - segment.address < segment.fileSize else {
                continue
            }
            let skipped = address - segment.address
            let (offset, overflow) = segment.offset.addingReportingOverflow(skipped)
            return overflow ? nil : file.slice(at: offset, size: segment.fileSize - skipped)
        }
        return nil
    }
}

/// The dynamic symbol table.
struct ELFSymbols {
    private static let entrySize: UInt64 = 24
    private static let local: UInt8 = 0
    private static let undefinedSection: UInt16 = 0
    private static let defaultVisibility: UInt8 = 0
    private static let protectedVisibility: UInt8 = 3

    private let table: ByteReader
    private let strings: ByteReader
    private let count: UInt64

    init(_ table: ByteReader, _ strings: ByteReader, count: UInt32) {
        self.table = table
        self.strings = strings
        self.count = min(UInt64(count), UInt64(Limits.elfSymbolsMax))
    }

    /// Calls `body` with every global symbol's name and whether this object defines it.
    func forEach(_ body: (_ name: String, _ isDefined: Bool) -> Void) {
        for index in 0..<count {
            guard let entry = table.slice(at: index * Self.entrySize, size: Self.entrySize) else {
                return
            }
            let visibility = entry.bytes[5] & 3
            guard entry.bytes[4] >> 4 != Self.local,
                visibility == Self.defaultVisibility || visibility == Self.protectedVisibility,
                let nameOffset = entry.integer(UInt32.self, at: 0),
                let section = entry.integer(UInt16.self, at: 6),
                hasSluicePrefix(at: UInt64(nameOffset)),
                let name = strings.name(at: UInt64(nameOffset))
            else { continue }
            body(name, section != Self.undefinedSection)
        }
    }

    /// Spares making a string of each of the thousands of names that are not ours.
    private func hasSluicePrefix(at offset: UInt64) -> Bool {
        let prefix: StaticString = "sluice_"
        guard let start = strings.slice(at: offset, size: UInt64(prefix.utf8CodeUnitCount)) else {
            return false
        }
        return start.bytes.elementsEqual(
            UnsafeRawBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount)
        )
    }

    /// The number of symbols, from the GNU hash table: one past the end of its longest chain.
    ///
    /// Source: https://flapenguin.me/elf-dt-gnu-hash
    static func count(gnuHash table: ByteReader) -> UInt32? {
        guard let bucketCount = table.integer(UInt32.self, at: 0),
            let firstSymbol = table.integer(UInt32.self, at: 4),
            let bloomCount = table.integer(UInt32.self, at: 8)
        else { return nil }
        let buckets = 16 + UInt64(bloomCount) * 8
        let chains = buckets + UInt64(bucketCount) * 4
        var last: UInt32 = 0
        for index in 0..<min(UInt64(bucketCount), UInt64(Limits.elfSymbolsMax)) {
            guard let start = table.integer(UInt32.self, at: buckets + index * 4) else {
                return nil
            }
            last = max(last, start)
        }
        guard last >= firstSymbol else { return firstSymbol }
        while let hash = table.integer(UInt32.self, at: chains + UInt64(last - firstSymbol) * 4) {
            if last >= UInt32(Limits.elfSymbolsMax) { return last }
            last += 1
            if hash & 1 == 1 { return last }
        }
        return nil
    }
}
