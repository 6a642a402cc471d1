// SPDX-License-Identifier: Apache-2.0
import FuzzTargets
import GatewayCore
import HTTPEdge
import PluginHost
import Testing

/// Every property fails on code that breaks it: a property that cannot fail proves nothing.
struct BrokenOracleTests {
    @Test func httpNoticesACodecThatDependsOnTheArrivals() {
        let property = HTTPProperty { exchange([$0[0]]) }
        fails(property, on: "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    }

    /// The classic of smuggling: two readers that end a request at different bytes.
    @Test func httpNoticesACodecThatLosesTheBody() {
        let property = HTTPProperty { arrivals in
            guard case .request(var request) = exchange(arrivals) else { return .incomplete }
            request.body = []
            return .request(request)
        }
        fails(property, on: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
    }

    @Test func httpNoticesARequestWithoutBytes() {
        let property = HTTPProperty { arrivals in
            guard case .request(var request) = exchange(arrivals) else { return .incomplete }
            request.byteCount = 0
            return .request(request)
        }
        fails(property, on: "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    }

    @Test func chunksNoticeADifferentBody() {
        fails(ChunkProperty { _ in nil }, on: "1\r\na\r\n0\r\n\r\n")
    }

    @Test func jsonNoticesAReaderThatAcceptsLess() {
        fails(JSONProperty { _ in nil }, on: "[1]")
    }

    @Test func jsonNoticesAnotherValue() {
        fails(JSONProperty { _ in ["a": 1] }, on: #"{"a":2}"#)
    }

    @Test func configNoticesARefusalWithoutAReason() {
        fails(ConfigProperty { _ in (false, []) }, on: "server: {}")
    }

    @Test func pluginNoticesAnErrorThatMovesTheCursor() {
        let property = PluginProperty { _ in
            throw PluginError(.invalidNote, "fuzz.so", "\u{1B}[2J")
        }
        fails(property, on: "\u{7F}ELF")
    }

    @Test func ringNoticesMorePartsThanFit() {
        fails(RingProperty { _ in RingShape(entryCount: 9, wordCount: 0) }, on: "0123456789abcdef")
    }

    @Test func snapshotsNoticeAnErrorThatIsNoRefusal() {
        struct Unexpected: Error {}
        #expect(throws: Unexpected.self) { try SnapshotReading.check { throw Unexpected() } }
    }

    /// What the corpora of snapshots start from is a sound one.
    @Test func theUnchangedSnapshotOpens() throws {
        let mutant = try SnapshotMutant()
        let manifest = Array(mutant.manifest.utf8)
        _ = try mutant.open(data: mutant.data, manifest: manifest)
        #expect(throws: (any Error).self) {
            try mutant.open(data: mutant.data.dropLast(), manifest: manifest)
        }
    }

    private func fails(_ property: some FuzzProperty, on input: String) {
        #expect(throws: PropertyViolation.self) { try property.check(Array(input.utf8)) }
    }
}
