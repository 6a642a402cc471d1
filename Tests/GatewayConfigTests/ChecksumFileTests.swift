// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatewayConfig
import Testing

@Suite final class ChecksumFileTests {
    private let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("checksums-\(UUID().uuidString)")
    private var path: String { folder.appendingPathComponent("plugins.sha256").path }
    private let ones = String(repeating: "1", count: 64)
    private let letters = String(repeating: "aB", count: 32)

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    @Test func findsAPluginByItsFileName() throws {
        try write("\(ones)  .build/release/libA.so\r\n\(letters) *libB.so\n\n")
        let file = try ChecksumFile(path: path)
        #expect(try file.hex(of: "/opt/sluice/libA.so") == ones)
        #expect(try file.hex(of: "libB.so") == letters.lowercased())
    }

    @Test func aPluginConfigReadsItsChecksum() throws {
        try write("\(ones)  libA.so\n")
        for checksum in ["sha256_file: plugins.sha256", "sha256: \"\(ones)\""] {
            let yaml = Array((minimal + "plugins: [{path: libA.so, \(checksum)}]\n").utf8)
            let config = GatewayConfig.load(
                name: "sluice.yaml",
                folder: folder.path,
                bytes: yaml,
                environment: [:]
            ).config
            #expect(try config?.plugins.first?.expectedSHA256() == ones)
        }
    }

    @Test func everyFaultNamesTheFile() throws {
        expect("cannot read \(path): ") { try ChecksumFile(path: self.path) }
        try write("\(ones)  libA.so\nabc  libB.so\n")
        expect("\(path):2: expected 64 hex digits") { try ChecksumFile(path: self.path) }
        try write("\(ones)  libA.so\n\(letters)  x/libA.so\n")
        let file = try ChecksumFile(path: path)
        expect("\(path) has no line for libB.so") { try file.hex(of: "libB.so") }
        expect("\(path) has different hashes for libA.so") { try file.hex(of: "libA.so") }
    }

    private func write(_ text: String) throws {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    private func expect<Result>(_ prefix: String, _ body: () throws -> Result) {
        let error = #expect(throws: ChecksumError.self) { _ = try body() }
        #expect(error?.description.hasPrefix(prefix) == true, "\(String(describing: error))")
    }
}
