// SPDX-License-Identifier: Apache-2.0

/// What the host wants to know of a shared object, read from its bytes alone.
///
/// Nothing is mapped, relocated or run, and no length in the file is believed.
struct ELFImage {
    /// Descriptors of the notes whose owner is `Sluice`.
    private(set) var notes: [ByteReader] = []
    /// What the dynamic loader would see.
    private(set) var dynamic = ELFDynamic()

    init(_ file: ByteReader, path: String) throws(PluginError) {
        let header = try ELFHeader(file, path: path)
        let segments = header.programHeaders.entries(of: file, size: ELFSegment.size)
            .compactMap(ELFSegment.init)
        notes = Self.notes(inSegments: segments, of: file)
        if notes.isEmpty { notes = Self.notes(inSectionsOf: file, header) }
        dynamic = ELFDynamic(file, segments)
    }

    private static func notes(inSegments segments: [ELFSegment], of file: ByteReader)
        -> [ByteReader]
    {
        segments.filter { $0.type == ELFSegment.note }
            .compactMap { segment in
                file.slice(at: segment.offset, size: segment.fileSize)
                    .map { ELFNotes.sluiceDescriptors(in: $0, alignment: segment.alignment) }
            }
            .flatMap { $0 }
    }

    /// A linker script may drop the segment and keep the section.
    private static func notes(inSectionsOf file: ByteReader, _ header: ELFHeader) -> [ByteReader] {
        let sections = header.sectionHeaders
        guard
            let strings = sections.entry(header.sectionNamesIndex, of: file, size: ELFSection.size)
                .flatMap(ELFSection.init)?.contents(of: file)
        else { return [] }
        return sections.entries(of: file, size: ELFSection.size).compactMap(ELFSection.init)
            .filter { strings.name(at: UInt64($0.name)) == ELFNotes.sectionName }
            .compactMap { $0.contents(of: file) }
            .flatMap { ELFNotes.sluiceDescriptors(in: $0, alignment: ELFNotes.alignment) }
    }
}

/// A program header.
struct ELFSegment {
    static let size: UInt64 = 56
    static let load: UInt32 = 1
    static let dynamic: UInt32 = 2
    static let note: UInt32 = 4

    let type: UInt32
    let offset: UInt64
    let address: UInt64
    let fileSize: UInt64
    let alignment: UInt64

    init?(_ entry: ByteReader) {
        guard let type = entry.integer(UInt32.self, at: 0),
            let offset = entry.integer(UInt64.self, at: 8),
            let address = entry.integer(UInt64.self, at: 16),
            let fileSize = entry.integer(UInt64.self, at: 32),
            let alignment = entry.integer(UInt64.self, at: 48)
        else { return nil }
        self.type = type
        self.offset = offset
        self.address = address
        self.fileSize = fileSize
        self.alignment = alignment
    }
}

/// A section header.
struct ELFSection {
    static let size: UInt64 = 64

    let name: UInt32
    private let offset: UInt64
    private let fileSize: UInt64

    init?(_ entry: ByteReader) {
        guard let name = entry.integer(UInt32.self, at: 0),
            let offset = entry.integer(UInt64.self, at: 24),
            let fileSize = entry.integer(UInt64.self, at: 32)
        else { return nil }
        self.name = name
        self.offset = offset
        self.fileSize = fileSize
    }

    func contents(of file: ByteReader) -> ByteReader? { file.slice(at: offset, size: fileSize) }
}

/// The notes of one segment or section.
enum ELFNotes {
    static let sectionName = ".note.sluice"
    static let alignment: UInt64 = 4
    private static let headerSize: UInt64 = 12

    /// The descriptors of every note owned by Sluice; a cut last one comes out short.
    static func sluiceDescriptors(in notes: ByteReader, alignment: UInt64) -> [ByteReader] {
        let alignment = alignment == 8 ? alignment : Self.alignment
        var found: [ByteReader] = []
        var offset: UInt64 = 0
        while let owner = notes.integer(UInt32.self, at: offset),
            let size = notes.integer(UInt32.self, at: offset + 4)
        {
            let ownerStart = offset + headerSize
            let start = aligned(ownerStart + UInt64(owner), to: alignment)
            if notes.name(at: ownerStart) == "Sluice", start <= UInt64(notes.bytes.count) {
                let present = min(UInt64(size), UInt64(notes.bytes.count) - start)
                notes.slice(at: start, size: present).map { found.append($0) }
            }
            offset = aligned(start + UInt64(size), to: alignment)
        }
        return found
    }

    private static func aligned(_ offset: UInt64, to alignment: UInt64) -> UInt64 {
        (offset + alignment - 1) / alignment * alignment
    }
}
