// SPDX-License-Identifier: Apache-2.0

/// How a request ended.
package enum RequestOutcome: Hashable, Sendable {
    /// A good answer, from this rung of the server; `-` when it names none.
    case answered(rung: String)
    /// Refused with 503.
    case shed
    /// No good answer.
    case failed(FailureCause)

    /// Whether it is a good answer.
    package var isAnswer: Bool { if case .answered = self { true } else { false } }

    /// The outcome as the interval log names it: a rung, `shed`, or `failed:` and the cause.
    package var name: String {
        switch self {
        // A server may call a rung as it likes.
        case .answered(let rung) where rung == "shed" || rung.hasPrefix("failed:"): "rung:" + rung
        case .answered(let rung): rung
        case .shed: "shed"
        case .failed(let cause): "failed:" + cause.name
        }
    }

    /// The outcome of a name; nil for a cause this tool does not know.
    package init?(name: String) {
        if name == "shed" {
            self = .shed
        } else if name.hasPrefix("failed:") {
            guard let cause = FailureCause(name: String(name.dropFirst("failed:".count))) else {
                return nil
            }
            self = .failed(cause)
        } else {
            self = .answered(rung: name.hasPrefix("rung:") ? String(name.dropFirst(5)) : name)
        }
    }
}
