// SPDX-License-Identifier: Apache-2.0

/// The file header of a 64-bit little-endian ELF shared object for this machine.
///
/// Source: System V gABI, chapter 4.
struct ELFHeader {
    static let size: UInt64 = 64
    static let magic: UInt32 = 0x464c_457f
    static let class64: UInt8 = 2
    static let littleEndian: UInt8 = 1
    static let sharedObject: UInt16 = 3

    #if arch(x86_64)
        static let machine: UInt16 = 62
    #elseif arch(arm64)
        static let machine: UInt16 = 183
    #endif

    let programHeaders: ELFTable
    let sectionHeaders: ELFTable
    let sectionNamesIndex: UInt64

    init(_ file: ByteReader, path: String) throws(PluginError) {
        func refuse(_ code: PluginError.Code, _ message: String) -> PluginError {
            PluginError(code, path, message)
        }
        guard file.integer(UInt32.self, at: 0) == Self.magic else {
            throw refuse(.notELF, "not an ELF file: a plugin is a shared object (.so)")
        }
        guard file.slice(at: 0, size: Self.size) != nil else {
            throw refuse(.damagedELF, "the file ends inside the ELF header")
        }
        let `class` = file.bytes[4]
        guard `class` == Self.class64 else {
            throw refuse(
                .wrongClass,
                "a \(`class` == 1 ? "32" : "?")-bit ELF file, expected 64-bit"
            )
        }
        guard file.bytes[5] == Self.littleEndian else {
            throw refuse(.wrongByteOrder, "a big-endian ELF file, expected little-endian")
        }
        let type = file.integer(UInt16.self, at: 16) ?? 0
        guard type == Self.sharedObject else {
            throw refuse(.wrongType, "ELF type \(type), expected a shared object (3)")
        }
        let machine = file.integer(UInt16.self, at: 18) ?? 0
        guard machine == Self.machine else {
            throw refuse(
                .wrongMachine,
                "built for \(Self.name(ofMachine: machine)), this machine is "
                    + Self.name(ofMachine: Self.machine)
            )
        }
        programHeaders = ELFTable(file, offsetAt: 32, entrySizeAt: 54, countAt: 56)
        sectionHeaders = ELFTable(file, offsetAt: 40, entrySizeAt: 58, countAt: 60)
        sectionNamesIndex = UInt64(file.integer(UInt16.self, at: 62) ?? 0)
    }

    private static func name(ofMachine machine: UInt16) -> String {
        switch machine {
        case 3: "x86"
        case 40: "arm"
        case 62: "x86-64"
        case 183: "aarch64"
        case 243: "riscv"
        default: "ELF machine \(machine)"
        }
    }
}

/// A table of equally sized entries somewhere in the file.
struct ELFTable {
    private let offset: UInt64
    private let entrySize: UInt64
    let count: Int

    init(_ file: ByteReader, offsetAt: UInt64, entrySizeAt: UInt64, countAt: UInt64) {
        offset = file.integer(UInt64.self, at: offsetAt) ?? 0
        entrySize = UInt64(file.integer(UInt16.self, at: entrySizeAt) ?? 0)
        count = min(Int(file.integer(UInt16.self, at: countAt) ?? 0), Limits.elfEntriesMax)
    }

    /// The bytes of entry `index`, at least `size` of them; nil when they are not in the file.
    func entry(_ index: UInt64, of file: ByteReader, size: UInt64) -> ByteReader? {
        guard index < UInt64(count), entrySize >= size else { return nil }
        let (start, overflow) = offset.addingReportingOverflow(index * entrySize)
        return overflow ? nil : file.slice(at: start, size: size)
    }

    func entries(of file: ByteReader, size: UInt64) -> [ByteReader] {
        (0..<UInt64(count)).compactMap { entry($0, of: file, size: size) }
    }
}
