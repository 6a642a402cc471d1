// SPDX-License-Identifier: Apache-2.0

/// What a path of the data plane stands for.
package enum Route {
    case prices
    case recommendations
    case serverMetadata
    case serverLive
    case serverReady
    case model(ModelPath)
    case unknown(speaksInferenceProtocol: Bool)

    /// Matches a request path; the comparison is exact, a trailing slash is allowed on `/v2/`.
    package init(path: UnsafeRawBufferPointer) {
        if path.isEqual(to: "/v1/prices") {
            self = .prices
        } else if path.isEqual(to: "/v1/recommendations") {
            self = .recommendations
        } else if path.isEqual(to: "/v2") || path.isEqual(to: "/v2/") {
            self = .serverMetadata
        } else if path.isEqual(to: "/v2/health/live") {
            self = .serverLive
        } else if path.isEqual(to: "/v2/health/ready") {
            self = .serverReady
        } else if let model = ModelPath(path) {
            self = .model(model)
        } else {
            self = .unknown(speaksInferenceProtocol: path.starts(with: "/v2/".utf8))
        }
    }
}

extension Route {
    /// Whether a decision answers it.
    var isDecision: Bool {
        switch self {
        case .prices, .recommendations: true
        default: false
        }
    }

    /// The methods of the route, as an Allow field lists them.
    var allowedMethods: StaticString {
        switch self {
        case .prices: "POST, OPTIONS"
        case .recommendations: "GET, HEAD, POST, OPTIONS"
        case .model(let path) where path.action == .infer: "POST, OPTIONS"
        default: "GET, HEAD, OPTIONS"
        }
    }

    /// Whether errors are `{"error": …}`, as the Open Inference Protocol's clients expect them.
    var speaksInferenceProtocol: Bool {
        switch self {
        case .prices, .recommendations: false
        case .unknown(let speaksInferenceProtocol): speaksInferenceProtocol
        case .serverMetadata, .serverLive, .serverReady, .model: true
        }
    }
}

/// A path below `/v2/models/`: `{model}[/versions/{version}][/ready|/infer]`.
///
/// Source: Open Inference Protocol, REST.
package struct ModelPath {
    /// What is asked of the model.
    package enum Action { case metadata, ready, infer }

    /// The model's name, undecoded: names in the config need no escapes.
    package let model: UnsafeRawBufferPointer
    /// The version's name; nil asks for the model as a whole.
    package let version: UnsafeRawBufferPointer?
    /// What is asked.
    package let action: Action

    init?(_ path: UnsafeRawBufferPointer) {
        var segments = PathSegments(path)
        guard segments.next()?.isEqual(to: "v2") == true,
            segments.next()?.isEqual(to: "models") == true,
            let model = segments.next(), !model.isEmpty
        else { return nil }
        self.model = model
        var segment = segments.next()
        if segment?.isEqual(to: "versions") == true {
            guard let version = segments.next(), !version.isEmpty else { return nil }
            self.version = version
            segment = segments.next()
        } else {
            version = nil
        }
        guard let action = Self.action(segment), segments.next() == nil else { return nil }
        self.action = action
    }

    private static func action(_ segment: UnsafeRawBufferPointer?) -> Action? {
        guard let segment else { return .metadata }
        if segment.isEqual(to: "ready") { return .ready }
        if segment.isEqual(to: "infer") { return .infer }
        return nil
    }
}

/// The parts of a path between its slashes.
private struct PathSegments {
    private var rest: UnsafeRawBufferPointer?

    init(_ path: UnsafeRawBufferPointer) {
        rest =
            path.first == UInt8(ascii: "/")
            ? UnsafeRawBufferPointer(rebasing: path.dropFirst()) : nil
    }

    mutating func next() -> UnsafeRawBufferPointer? {
        guard let current = rest else { return nil }
        let segment = UnsafeRawBufferPointer(
            rebasing: current.prefix { $0 != UInt8(ascii: "/") }
        )
        rest =
            segment.count < current.count
            ? UnsafeRawBufferPointer(rebasing: current.dropFirst(segment.count + 1)) : nil
        return segment
    }
}
