// SPDX-License-Identifier: Apache-2.0

/// What reads bytes that nobody vouches for, by the name of its corpus.
package enum FuzzTarget: String, CaseIterable, Sendable {
    /// The bytes of a connection: request heads and bodies.
    case http
    /// A chunked request body.
    case chunks
    /// A JSON document of the data plane.
    case json
    /// A configuration file.
    case config
    /// A plugin's shared object, read without running it.
    case plugin
    /// A message of the rings an isolated worker shares with the gateway.
    case ring
    /// A snapshot's `manifest.json` beside a sound data file.
    case manifest
    /// Changes to a snapshot's `data.mdb`, for which its manifest vouches.
    case database

    /// The property of this target; keep it, since some prepare files.
    ///
    /// - Throws: when its files cannot be made.
    package func makeProperty() throws -> any FuzzProperty {
        switch self {
        case .http: HTTPProperty()
        case .chunks: ChunkProperty()
        case .json: JSONProperty()
        case .config: ConfigProperty()
        case .plugin: PluginProperty()
        case .ring: RingProperty()
        case .manifest: ManifestProperty(snapshot: try SnapshotMutant())
        case .database: DatabaseProperty(snapshot: try SnapshotMutant())
        }
    }
}

/// What holds for every input of a target.
package protocol FuzzProperty {
    /// Feeds one input to the code under test.
    ///
    /// - Throws: `PropertyViolation` when the property does not hold.
    func check(_ input: [UInt8]) throws
}

/// What an input showed to be wrong.
package struct PropertyViolation: Error, CustomStringConvertible {
    /// One line: what was expected and what came.
    package let description: String

    /// Throws a violation unless a condition holds.
    static func unless(_ condition: Bool, _ message: @autoclosure () -> String) throws {
        if !condition { throw PropertyViolation(description: message()) }
    }
}
