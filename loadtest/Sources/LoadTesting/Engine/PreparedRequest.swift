// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// A request as its bytes go out, and what its reply must be.
package struct PreparedRequest: Sendable {
    /// The whole request, head and body.
    package let bytes: ByteBuffer
    /// Which of the scenario's requests it is an instance of.
    package let route: Int
    /// What a good reply holds.
    package let check: ReplyCheck

    /// A prepared request.
    package init(bytes: ByteBuffer, route: Int, check: ReplyCheck) {
        self.bytes = bytes
        self.route = route
        self.check = check
    }
}
