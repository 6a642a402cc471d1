// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import SnapshotBuilder

@Suite struct ByteStreamTests {
    private static let text = Array(String(repeating: "one line of text\n", count: 50_000).utf8)

    @Test func inflatesByMagicBytes() throws {
        let folder = try TemporaryFolder()
        #expect(try readAll(try folder.write(Self.text, to: "plain.gz")) == Self.text)
        #expect(try readAll(try folder.write(gzip(Self.text), to: "packed.csv")) == Self.text)
    }

    @Test func inflatesConcatenatedMembers() throws {
        let folder = try TemporaryFolder()
        let members = gzip(Array("one,".utf8)) + gzip([]) + gzip(Array("two".utf8))
        #expect(try readAll(try folder.write(members, to: "two.gz")) == Array("one,two".utf8))
    }

    @Test func reportsEveryTruncation() throws {
        let folder = try TemporaryFolder()
        let packed = gzip(Self.text)
        for count in [2, 9, packed.count / 2, packed.count - 1] {
            let path = try folder.write(Array(packed.prefix(count)), to: "cut.gz")
            let error = #expect(throws: BuildError.self) { try readAll(path) }
            #expect(error?.description.hasPrefix("\(path): truncated: the gzip stream") == true)
        }
    }

    @Test func reportsDamage() throws {
        let folder = try TemporaryFolder()
        var packed = gzip(Self.text)
        packed[packed.count - 6] ^= 1
        let damaged = try folder.write(packed, to: "damaged.gz")
        #expect(try message(damaged).hasPrefix("damaged gzip near byte"))
        let trailing = try folder.write(gzip(Self.text) + [1, 2, 3], to: "trailing.gz")
        #expect(try message(trailing).hasSuffix("not gzip, after a complete gzip stream"))
    }

    @Test func reportsFilesThatAreNone() throws {
        let folder = try TemporaryFolder()
        #expect(try message(folder.path).hasPrefix("is a directory"))
        #expect(try message(folder.path + "/missing") == "cannot open: No such file or directory")
        #expect(try message(try folder.write("", to: "empty.csv")) == "the file is empty")
    }

    private func message(_ path: String) throws -> String {
        let error = #expect(throws: BuildError.self) { try readAll(path) }
        #expect(error?.file == path)
        return error?.message ?? ""
    }

    private func readAll(_ path: String) throws -> [UInt8] {
        let stream = ReadAhead(try ByteStream(path: path))
        var bytes: [UInt8] = []
        // A size that divides no block, so that reads end in the middle of one.
        var buffer = [UInt8](repeating: 0, count: 10_007)
        while true {
            let count = try buffer.withUnsafeMutableBytes { try stream.read(into: $0) }
            if count == 0 { return bytes }
            bytes += buffer.prefix(count)
        }
    }
}
