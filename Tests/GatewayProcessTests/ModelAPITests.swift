// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Health and metadata of the Open Inference Protocol.
@Suite struct ModelAPITests {
    private let gateway: RunningGateway

    init() throws {
        gateway = try RunningGateway.shared.get()
    }

    @Test(arguments: ["/v2", "/v2/"])
    func serverTellsWhatItIs(target: String) throws {
        let json = try gateway.get(target).json()
        #expect(json["name"] as? String == "sluice")
        #expect(json["version"] is String)
        #expect(json["extensions"] is [Any])
    }

    @Test(arguments: [
        ("/v2/health/live", "live"), ("/v2/health/ready", "ready"),
        ("/v2/models/pricing/ready", "ready"), ("/v2/models/pricing/versions/2/ready", "ready"),
    ])
    func healthIsTrue(target: String, member: String) throws {
        let reply = try gateway.get(target)
        #expect(reply.status == 200)
        #expect(try reply.json()[member] as? Bool == true)
    }

    @Test(arguments: [
        ("/v2/models/pricing", "pricing", ["1", "2"]),
        ("/v2/models/recommendations", "recommendations", ["1", "2"]),
        ("/v2/models/pricing/versions/2", "pricing", ["2"]),
    ])
    func modelTellsWhatItIs(target: String, name: String, versions: [String]) throws {
        let json = try gateway.get(target).json()
        #expect(json["name"] as? String == name)
        #expect(json["versions"] as? [String] == versions)
        #expect(json["platform"] is String)
        for list in ["inputs", "outputs"] {
            let tensors = try #require(json[list] as? [[String: Any]])
            #expect(!tensors.isEmpty)
            #expect(tensors.allSatisfy { $0["datatype"] is String && $0["shape"] is [Int] })
        }
    }

    @Test(arguments: [
        "/v2/models/none", "/v2/models/none/ready", "/v2/models/pricing/versions/9",
        "/v2/models/pricing/versions/9/ready", "/v2/models/", "/v2/nothing",
    ])
    func unknownNamesAreNotFound(target: String) throws {
        let reply = try gateway.get(target)
        #expect(reply.status == 404)
        #expect(try reply.json()["error"] is String, "\(reply.text)")
    }
}
