// SPDX-License-Identifier: Apache-2.0

/// What this gateway is doing now: the body of `/api/status` and the source of the status page.
package struct GatewayStatus: Encodable, Equatable, Sendable {
    /// This process.
    package var instance: Instance
    /// The config in force.
    package var config: Config
    /// The snapshot requests read; absent until the first one is adopted.
    package var snapshot: Snapshot?
    /// Why the published snapshot is not the one served; absent while it is.
    package var refusedSnapshot: String?
    /// Every model of the config, in its order.
    package var models: [Model]
    /// Every route of the config, in its order.
    package var routes: [Route]
    /// True once the gateway has been told to stop and finishes what it has.
    package var draining: Bool
    /// What is coming into force.
    package var publishing: Publishing
    /// Every event loop of the data plane.
    package var loops: [Loop]
    /// Attempts of another process to take over; absent before the first.
    package var restart: Restart?

    /// Gathers the parts of a status.
    package init(
        instance: Instance,
        config: Config,
        snapshot: Snapshot?,
        refusedSnapshot: String? = nil,
        models: [Model],
        routes: [Route],
        draining: Bool,
        publishing: Publishing = Publishing(),
        loops: [Loop] = [],
        restart: Restart? = nil
    ) {
        self.instance = instance
        self.config = config
        self.snapshot = snapshot
        self.refusedSnapshot = refusedSnapshot
        self.models = models
        self.routes = routes
        self.draining = draining
        self.publishing = publishing
        self.loops = loops
        self.restart = restart
    }
}

extension GatewayStatus {
    /// The running process.
    package struct Instance: Encodable, Equatable, Sendable {
        /// Version of the gateway.
        package var version: String
        /// When the process started.
        package var startedAt: Timestamp
        /// Seconds since then on a clock that never goes back.
        package var uptimeSeconds: Double
        /// Process id.
        package var pid: Int32

        /// Describes a process.
        package init(version: String, startedAt: Timestamp, uptimeSeconds: Double, pid: Int32) {
            self.version = version
            self.startedAt = startedAt
            self.uptimeSeconds = uptimeSeconds
            self.pid = pid
        }
    }

    /// The config in force and how its last reload went.
    package struct Config: Encodable, Equatable, Sendable {
        /// Path of the file it was read from.
        package var file: String
        /// Hash of its text.
        package var fingerprint: String
        /// The last attempt to load it; the first load counts.
        package var lastReload: Reload

        /// Describes a config.
        package init(file: String, fingerprint: String, lastReload: Reload) {
            self.file = file
            self.fingerprint = fingerprint
            self.lastReload = lastReload
        }
    }

    /// One attempt to load the config.
    package struct Reload: Encodable, Equatable, Sendable {
        /// False when the config before it stayed in force.
        package var successful: Bool
        /// When it was tried.
        package var at: Timestamp
        /// What went wrong, or what changed.
        package var message: String?

        /// Describes an attempt.
        package init(successful: Bool, at: Timestamp, message: String? = nil) {
            self.successful = successful
            self.at = at
            self.message = message
        }
    }

    /// The adopted feature snapshot.
    package struct Snapshot: Encodable, Equatable, Sendable {
        /// Its name in the store.
        package var id: String
        /// When it was built.
        package var createdAt: Timestamp
        /// When this process began to read it.
        package var adoptedAt: Timestamp
        /// Seconds since it was built.
        package var ageSeconds: Double
        /// What it holds.
        package var entities: [Entity]

        /// Describes a snapshot.
        package init(
            id: String,
            createdAt: Timestamp,
            adoptedAt: Timestamp,
            ageSeconds: Double,
            entities: [Entity]
        ) {
            self.id = id
            self.createdAt = createdAt
            self.adoptedAt = adoptedAt
            self.ageSeconds = ageSeconds
            self.entities = entities
        }
    }

    /// One kind of row in a snapshot.
    package struct Entity: Encodable, Equatable, Sendable {
        /// Such as `product`.
        package var name: String
        /// How many rows it has.
        package var rows: Int

        /// Describes an entity.
        package init(name: String, rows: Int) {
            self.name = name
            self.rows = rows
        }
    }

    /// One data-plane route.
    package struct Route: Encodable, Equatable, Sendable {
        /// Name in the config and in metrics.
        package var name: String
        /// Path it answers.
        package var path: String
        /// Model that answers it.
        package var model: String
        /// Latency budget.
        package var budgetMilliseconds: Double

        /// Describes a route.
        package init(name: String, path: String, model: String, budgetMilliseconds: Double) {
            self.name = name
            self.path = path
            self.model = model
            self.budgetMilliseconds = budgetMilliseconds
        }
    }
}
