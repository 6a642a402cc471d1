// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import GatewayCore

@Suite struct QueryReaderTests {
    private func pairs(_ query: String) -> [[String]] {
        Array(query.utf8).withUnsafeBytes { bytes in
            var reader = QueryReader(bytes)
            var pairs: [[String]] = []
            while let (name, value) = reader.next() {
                pairs.append([String(decoding: name, as: UTF8.self), decoded(value) ?? "?"])
            }
            return pairs
        }
    }

    private func decoded(_ value: UnsafeRawBufferPointer) -> String? {
        withUnsafeTemporaryAllocation(byteCount: value.count + 1, alignment: 1) { buffer in
            guard let base = buffer.baseAddress,
                let count = try? QueryReader.decode(value, into: base)
            else { return nil }
            return String(decoding: buffer.prefix(count), as: UTF8.self)
        }
    }

    @Test(arguments: [
        ("", []),
        ("a=1", [["a", "1"]]),
        ("a=1&b=2", [["a", "1"], ["b", "2"]]),
        ("&&a=1&", [["a", "1"]]),
        ("a", [["a", ""]]),
        ("a=", [["a", ""]]),
        ("a=b=c", [["a", "b=c"]]),
        ("title=tea%20light+holder", [["title", "tea light holder"]]),
        ("id=%41%c3%a9", [["id", "Aé"]]),
        ("id=%4", [["id", "?"]]),
        ("id=%zz", [["id", "?"]]),
        ("id=%", [["id", "?"]]),
    ])
    func readsPairs(query: String, expected: [[String]]) {
        #expect(pairs(query) == expected)
    }
}
