// SPDX-License-Identifier: Apache-2.0
import Foundation
import GatewayConfig
import TestSupport
import Testing
import YAMLDecoding

/// What the documents say of files, commands and formats is so.
struct DocsTests {
    private static let documents = Repository.files(extensions: "md")

    @Test(arguments: documents)
    func relativeLinksLeadSomewhere(_ path: String) throws {
        let folder = (path as NSString).deletingLastPathComponent
        for link in try Document(path).links where !link.contains("://") && !link.hasPrefix("#") {
            let target = link.split(separator: "#")[0]
            let resolved = ((folder as NSString).appendingPathComponent(String(target)) as NSString)
                .standardizingPath
            #expect(Repository.exists(resolved), "\(path) links to \(link)")
        }
    }

    @Test(arguments: documents)
    func jsonBlocksAreJSON(_ path: String) throws {
        for block in try Document(path).blocks(of: "json") {
            #expect(throws: Never.self, "\(path):\(block.line)") {
                try JSONSerialization.jsonObject(
                    with: Data(block.text.utf8),
                    options: .fragmentsAllowed
                )
            }
        }
    }

    /// A block marked `yaml config` is a whole config; the operator's own paths need not exist.
    @Test(arguments: documents)
    func configBlocksDecode(_ path: String) throws {
        for block in try Document(path).blocks(of: "yaml config") {
            let result = GatewayConfig.load(
                name: path,
                folder: Repository.root,
                bytes: Array(block.text.utf8),
                environment: [:]
            )
            #expect(result.config != nil, "\(path):\(block.line)\n\(result.diagnosticText)")
        }
    }

    @Test(arguments: documents)
    func yamlBlocksAreYAML(_ path: String) throws {
        for block in try Document(path).blocks(of: "yaml") {
            #expect(throws: Never.self, "\(path):\(block.line)") {
                try YAMLFile(name: path, bytes: Array(block.text.utf8))
            }
        }
    }

    @Test(arguments: documents)
    func makeTargetsExist(_ path: String) throws {
        let makefile = try Repository.text("Makefile")
        for target in try Document(path).makeTargets {
            #expect(makefile.contains("\n\(target):"), "\(path) says make \(target)")
        }
    }
}
