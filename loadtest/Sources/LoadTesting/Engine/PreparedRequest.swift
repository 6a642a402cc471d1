// SPDX-License-Identifier: Apache-2.0

/// A request as its bytes go out, and what its reply must be.
package struct PreparedRequest: Sendable {
    /// A request's bytes, and what a good reply holds.
    typealias Parts = (bytes: [UInt8], check: ReplyCheck)

    /// The whole request, head and body.
    package let bytes: [UInt8]
    /// Which of the scenario's requests it is an instance of.
    package let route: Int
    /// What a good reply holds.
    package let check: ReplyCheck

    /// A prepared request.
    package init(bytes: [UInt8], route: Int, check: ReplyCheck) {
        self.bytes = bytes
        self.route = route
        self.check = check
    }
}
