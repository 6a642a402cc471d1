// SPDX-License-Identifier: Apache-2.0

/// What one arrival sends: a single request, or a session's requests with time to think between them.
package struct PreparedVisit: Sendable {
    /// One request of it.
    package struct Step: Sendable {
        /// Position in the table of prepared requests.
        package let request: UInt32
        /// When it is due, from the arrival on.
        package let offsetNanoseconds: UInt64
    }

    /// The requests in order; at least one.
    package let steps: [Step]

    /// A visit of several requests.
    package init(steps: [Step]) { self.steps = steps }

    /// A visit of one request.
    package init(single request: UInt32) { steps = [Step(request: request, offsetNanoseconds: 0)] }
}
