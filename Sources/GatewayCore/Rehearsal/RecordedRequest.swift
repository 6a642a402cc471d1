// SPDX-License-Identifier: Apache-2.0

/// What a request asked, without who carried it: enough to ask another version the same.
package struct RecordedRequest: Hashable, Sendable {
    /// Where a request's question stands.
    package enum Form: UInt8, Sendable {
        /// The JSON body of `POST /v1/prices`.
        case priceBody
        /// The JSON body of `POST /v1/recommendations`.
        case recommendationBody
        /// The query of `GET /v1/recommendations`.
        case recommendationQuery
    }

    /// Where the question stood.
    package let form: Form
    /// The body or the query.
    package let bytes: [UInt8]

    /// A request by its parts.
    package init(_ form: Form, _ bytes: [UInt8]) {
        self.form = form
        self.bytes = bytes
    }

    /// What a model must be to answer it.
    package var kind: ServedModel.Kind { form == .priceBody ? .price : .recommend }
}
