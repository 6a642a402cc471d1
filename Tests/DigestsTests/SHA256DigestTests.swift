// SPDX-License-Identifier: Apache-2.0
import Digests
import Foundation
import Testing

@Suite struct SHA256DigestTests {
    /// FIPS 180-4 examples and the empty message.
    static let vectors = [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ]

    @Test(arguments: vectors)
    func digestsTheStandardVectors(text: String, hex: String) {
        let digest = Array(text.utf8).withUnsafeBytes { SHA256Digest(of: $0) }
        #expect(digest.hex == hex)
        #expect("\(digest)" == hex)
        #expect(SHA256Digest(hex: hex.uppercased()) == digest)
    }

    @Test func prefixIsTheFirstEightBytesBigEndian() throws {
        let digest = try #require(SHA256Digest(hex: Self.vectors[1].1))
        #expect(digest.prefix64 == 0xba78_16bf_8f01_cfea)
    }

    @Test(arguments: [
        "", "abc", String(repeating: "g", count: 64), String(repeating: "0", count: 65),
    ])
    func refusesWhatIsNoDigest(hex: String) {
        #expect(SHA256Digest(hex: hex) == nil)
    }

    @Test(arguments: [0, 1, 262_143, 262_144, 262_145, 1_000_000])
    func streamsAFileLikeMemory(size: Int) throws {
        let path = FileManager.default.temporaryDirectory.path + "/digest-\(UUID())"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let file = try #require(FileHandle(forReadingAtPath: path))
        try file.seekToEnd()
        let digest = try SHA256Digest(ofFileDescriptor: file.fileDescriptor)
        #expect(digest == bytes.withUnsafeBytes { SHA256Digest(of: $0) })
    }

    @Test func namesTheFailedRead() throws {
        let error = #expect(throws: DigestError.self) { try SHA256Digest(ofFileDescriptor: -1) }
        #expect("\(try #require(error))" == "reading at byte 0 failed: Bad file descriptor")
    }

    @Test func codesAsHexadecimalText() throws {
        let digest = try #require(SHA256Digest(hex: Self.vectors[0].1))
        let json = try JSONEncoder().encode([digest])
        #expect(String(decoding: json, as: UTF8.self) == "[\"\(Self.vectors[0].1)\"]")
        #expect(try JSONDecoder().decode([SHA256Digest].self, from: json) == [digest])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([SHA256Digest].self, from: Data("[\"12\"]".utf8))
        }
    }
}
