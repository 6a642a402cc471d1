// SPDX-License-Identifier: Apache-2.0
import Foundation
import GatewayCore

/// Requests with the replies a version must give, from `golden.json` in its artifact folder.
///
/// Shape: `{"requests": [{"request": …, "reply": …, "snapshot": ID}]}`. A request is the body of a
/// POST; the reply names the members that matter. Without `snapshot` it must hold on every one.
struct GoldenRequests: Sendable {
    struct Entry: Hashable, Sendable, Decodable {
        let request: JSONTree
        let reply: JSONTree
        let snapshot: String?
    }

    private struct File: Decodable { let requests: [Entry] }

    static let fileName = "golden.json"
    /// Largest file read: thousands of carts.
    private static let bytesMax = 4 << 20
    /// Most requests: each runs at every publication.
    private static let countMax = 1_000

    let path: String
    let entries: [Entry]

    /// Reads the file of an artifact folder; nil when it has none.
    ///
    /// - Throws: `GatewayFault` naming the file and what is wrong with it.
    init?(artifact: String?) throws {
        guard let artifact else { return nil }
        path = artifact + "/" + Self.fileName
        guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        else { return nil }
        guard size <= Self.bytesMax else {
            throw GatewayFault(path, "\(size) bytes, at most \(Self.bytesMax) are read")
        }
        do {
            let data = try Data(contentsOf: URL(filePath: path))
            entries = try JSONDecoder().decode(File.self, from: data).requests
        } catch {
            throw GatewayFault(
                path,
                "expected {\"requests\": [{\"request\", \"reply\"}]}: \(error)"
            )
        }
        guard entries.count <= Self.countMax else {
            throw GatewayFault(path, "\(entries.count) requests, at most \(Self.countMax) are run")
        }
    }

    /// Checks the reply to a request.
    ///
    /// - Throws: `GatewayFault` of `version` naming the request, the member and both values.
    func check(_ index: Int, _ outcome: Rehearsal.Outcome, of version: VersionName) throws {
        let fault: String? =
            switch outcome {
            case .answered(let body): difference(index, body)
            case .failed(let reason): reason
            case .late: "no answer in time"
            case .inapplicable: "the request is not for this model or not of this snapshot"
            }
        guard let fault else { return }
        throw GatewayFault(version.text, "golden request \(index) of \(path): \(fault)")
    }

    private func difference(_ index: Int, _ body: [UInt8]) -> String? {
        do {
            let reply = try JSONDecoder().decode(JSONTree.self, from: Data(body))
            return entries[index].reply.difference(from: reply)
        } catch {
            return "the reply is not JSON"
        }
    }
}

extension GoldenRequests.Entry {
    /// The request as a worker gets it.
    func recorded(for kind: ServedModel.Kind) throws -> RecordedRequest {
        let body = try JSONEncoder().encode(request)
        return RecordedRequest(kind == .price ? .priceBody : .recommendationBody, Array(body))
    }
}
