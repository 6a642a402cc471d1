// SPDX-License-Identifier: Apache-2.0

/// Which pages may read replies, and how long browsers keep the answer of a preflight.
package struct CrossOriginPolicy: Sendable {
    /// `*` or one origin.
    package let allowedOrigin: StableBytes
    /// How long browsers keep the answer of a preflight.
    package let maximumAgeSeconds: UInt64

    /// Makes a policy; requests carry no credentials under any.
    package init(allowedOrigin: String, maximumAgeSeconds: UInt64) {
        self.allowedOrigin = StableBytes(allowedOrigin)
        self.maximumAgeSeconds = maximumAgeSeconds
    }
}

extension GatewayReply {
    /// Lets the pages of the policy read the reply.
    func addCrossOriginFields(_ policy: CrossOriginPolicy) {
        fields.append("Access-Control-Allow-Origin: ")
        fields.append(policy.allowedOrigin.bytes)
        fields.append("\r\n")
        addField(
            "Access-Control-Expose-Headers",
            "Sluice-Decision, Sluice-Version, Sluice-Rung, Sluice-Reason, Server-Timing"
        )
        fields.append("Timing-Allow-Origin: ")
        fields.append(policy.allowedOrigin.bytes)
        fields.append("\r\n")
    }

    /// Answers a preflight.
    func addPreflightFields(_ policy: CrossOriginPolicy, methods: StaticString) {
        addField("Access-Control-Allow-Methods", methods)
        addField(
            "Access-Control-Allow-Headers",
            "authorization, content-type, idempotency-key, traceparent, x-request-budget-ms"
        )
        fields.append("Access-Control-Max-Age: ")
        fields.append(decimal: policy.maximumAgeSeconds)
        fields.append("\r\n")
    }
}
