// SPDX-License-Identifier: Apache-2.0

/// The bytes of a connection mean the same however they arrive, and mean the same to the next peer.
///
/// Each request, written anew in one canonical way, must be read as what it was: a request that
/// two parsers may end at different bytes is how one client smuggles into another's connection.
package struct HTTPProperty: FuzzProperty {
    /// The codec under test: arrivals in, one request out.
    var codec: ([[UInt8]]) -> HTTPOutcome = { exchange($0) }

    /// The property of our codec.
    package init() {}

    /// The property of any codec.
    package init(codec: @escaping ([[UInt8]]) -> HTTPOutcome) { self.codec = codec }

    /// Reads one request after the other until the bytes end or are refused.
    ///
    /// - Throws: `PropertyViolation`.
    package func check(_ input: [UInt8]) throws {
        var rest = input
        while let request = try checkFirst(rest) {
            let isProgress = (1...rest.count).contains(request.byteCount)
            try PropertyViolation.unless(isProgress, "\(request.byteCount) of \(rest.count) bytes")
            rest.removeFirst(request.byteCount)
            if rest.isEmpty { return }
        }
    }

    private func checkFirst(_ bytes: [UInt8]) throws -> HTTPRequestText? {
        let whole = codec([bytes])
        for arrivals in ArrivalSplit.all(of: bytes) {
            let split = codec(arrivals)
            try PropertyViolation.unless(
                split == whole,
                "whole: \(whole), in \(arrivals.count) arrivals: \(split)"
            )
        }
        if let request = whole.request { try checkSerialised(request) }
        return whole.request
    }

    private func checkSerialised(_ request: HTTPRequestText) throws {
        let bytes = request.serialised
        let again = codec([bytes]).request
        try PropertyViolation.unless(
            again?.method == request.method && again?.target == request.target
                && again?.version == request.version && again?.body == request.body
                && again?.keepsAlive == request.keepsAlive && again?.byteCount == bytes.count,
            "read: \(request), read again: \(String(describing: again))"
        )
    }
}
