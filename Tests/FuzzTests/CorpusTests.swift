// SPDX-License-Identifier: Apache-2.0
import Foundation
import FuzzTargets
import GatewayCore
import HTTPEdge
import TestSupport
import Testing

/// Every input that fuzzing found worth keeping, once more.
struct CorpusTests {
    /// Bytes of all corpora: they are cloned with the sources.
    private static let corporaBytesMax = 3 << 19

    @Test(arguments: FuzzTarget.allCases)
    func everyInputOfTheCorpusHoldsTheProperty(_ target: FuzzTarget) throws {
        let property = try target.makeProperty()
        let inputs = try Corpus(target).inputs
        #expect(!inputs.isEmpty)
        for input in inputs {
            #expect(throws: Never.self, "\(target.rawValue)/\(input.name)") {
                try property.check(input.bytes)
            }
        }
    }

    @Test func theCorporaAreSmallAndEachHasItsTarget() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Corpus.folder)
        #expect(Set(names) == Set(FuzzTarget.allCases.map(\.rawValue)))
        let byteCount = try FuzzTarget.allCases.flatMap { try Corpus($0).inputs }
            .reduce(0) { $0 + $1.bytes.count }
        #expect(byteCount <= Self.corporaBytesMax)
    }

    /// A corpus of refusals alone would prove little.
    @Test func theCorporaHoldInputsThatAreTaken() throws {
        let http = try Corpus(.http).inputs.compactMap { exchange([$0.bytes]).request }
        #expect(http.contains { $0.framing == .chunked } && http.contains { $0.framing == .none })
        let json = try Corpus(.json).inputs.filter { readingError($0.bytes) == nil }
        #expect(json.count >= 10)
    }
}

/// The inputs in the tree for one target.
struct Corpus {
    /// One file.
    struct Input {
        let name: String
        let bytes: [UInt8]
    }

    static let folder = Repository.root + "/Tests/Corpora"

    let inputs: [Input]

    init(_ target: FuzzTarget) throws {
        let folder = Self.folder + "/" + target.rawValue
        inputs = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
            let content = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
            return Input(name: name, bytes: Array(content))
        }
    }
}
