// SPDX-License-Identifier: Apache-2.0
import PluginHost

/// The release of the gateway, as `/v2` and the status page name it.
package enum GatewayVersion {
    /// As the metadata and `--version` show it.
    package static let text: StaticString = "0.1.0"
}

/// Health and metadata of the Open Inference Protocol, version 2, over REST.
extension GatewayWorker {
    func answerModelAPI(
        _ request: GatewayRequest,
        _ route: Route
    ) throws(RequestFault) -> Disposition {
        if case .unknown = route { throw .notFound }
        if case .model(let path) = route, path.action == .infer { throw .inferIsElsewhere }
        guard request.method == .get || request.method == .head else {
            throw .methodNotAllowed(route.allowedMethods)
        }
        if isDraining, case .serverReady = route { throw .draining }
        try checkAccept(request)
        reply.mediaType = MediaType.json
        reply.body.beginObject()
        try writeModelAPI(route)
        reply.body.endObject()
        countOther()
        return .answered
    }

    private func writeModelAPI(_ route: Route) throws(RequestFault) {
        switch route {
        case .serverMetadata: writeServerMetadata()
        case .serverLive: write("live")
        case .serverReady: write("ready")
        case .model(let path): try writeModel(path)
        case .prices, .recommendations, .unknown: break
        }
    }

    private func write(_ isTrue: StaticString) {
        reply.body.key(isTrue)
        reply.body.boolean(true)
    }

    private func writeServerMetadata() {
        reply.body.key("name")
        reply.body.string("sluice")
        reply.body.key("version")
        reply.body.string(GatewayVersion.text)
        reply.body.key("extensions")
        reply.body.beginArray()
        reply.body.endArray()
    }

    private func writeModel(_ path: ModelPath) throws(RequestFault) {
        guard let model = state.model(named: path.model) else { throw .noSuchModel(reply) }
        let version = path.version.map { model.version(named: $0) } ?? model.versions[model.stable]
        guard let version else { throw .noSuchModel(reply) }
        reply.body.key("name")
        reply.body.string(model.name.bytes)
        if path.action == .ready {
            write("ready")
        } else {
            writeMetadata(of: version, model, names: path.version == nil)
        }
    }

    /// `names` lists every version of the model instead of the one that was asked for.
    private func writeMetadata(of version: ServedVersion, _ model: ServedModel, names: Bool) {
        reply.body.key("versions")
        reply.body.beginArray()
        for each in model.versions where names || each === version {
            reply.body.string(each.name.bytes)
        }
        reply.body.endArray()
        let description = version.description
        reply.body.key("platform")
        reply.body.text(description.platform)
        write("inputs", description.inputs)
        write("outputs", description.outputs)
    }

    private func write(_ name: StaticString, _ tensors: [ModelDescription.Tensor]) {
        reply.body.key(name)
        reply.body.beginArray()
        for tensor in tensors {
            reply.body.beginObject()
            reply.body.key("name")
            reply.body.text(tensor.name)
            reply.body.key("datatype")
            reply.body.text(tensor.datatype)
            reply.body.key("shape")
            reply.body.beginArray()
            for size in tensor.shape { reply.body.integer(size) }
            reply.body.endArray()
            reply.body.endObject()
        }
        reply.body.endArray()
    }
}

extension RequestFault {
    /// Nothing may have been written of the reply's body when the request is refused.
    fileprivate static func noSuchModel(_ reply: GatewayReply) -> RequestFault {
        reply.body.removeAll()
        return RequestFault(.notFound, "there is no such model or version")
    }

    fileprivate static let draining = RequestFault(
        .serviceUnavailable,
        "the gateway is draining"
    )

    fileprivate static let inferIsElsewhere = RequestFault(
        .notImplemented,
        "price and recommend models answer on /v1/prices and /v1/recommendations, not on infer"
    )
}

extension JSONWriter {
    /// Writes a text of the config or a plugin; not for the hot path.
    fileprivate mutating func text(_ text: String) {
        var text = text
        text.withUTF8 { string(UnsafeRawBufferPointer($0)) }
    }
}
