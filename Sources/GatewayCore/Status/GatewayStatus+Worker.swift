// SPDX-License-Identifier: Apache-2.0

extension GatewayStatus {
    /// The worker process of an isolated version.
    package struct Worker: Encodable, Equatable, Sendable {
        /// `starting`, `ready`, `restarting`, `quarantined` or `stopped`.
        package var state: String
        /// Its process; absent while none runs.
        package var pid: Int32?
        /// Calls it has now.
        package var callsInFlight: Int
        /// Private memory at the last look.
        package var memoryBytes: UInt64
        /// Processes that ended, by reason; every reason is there.
        package var ends: [String: UInt64]
        /// How the last one ended; absent before the first end.
        package var lastEnd: String?
        /// Replies that named no call in flight.
        package var strayReplies: UInt64
        /// Parts of the sandbox that are in force.
        package var sandbox: [String]
        /// Parts this kernel lacks, and why.
        package var sandboxMissing: [String]

        /// The states in the order metrics show them.
        package static let states = ["starting", "ready", "restarting", "quarantined", "stopped"]

        /// Describes a worker.
        package init(
            state: String,
            pid: Int32?,
            callsInFlight: Int,
            memoryBytes: UInt64,
            ends: [String: UInt64],
            lastEnd: String?,
            strayReplies: UInt64,
            sandbox: [String],
            sandboxMissing: [String]
        ) {
            self.state = state
            self.pid = pid
            self.callsInFlight = callsInFlight
            self.memoryBytes = memoryBytes
            self.ends = ends
            self.lastEnd = lastEnd
            self.strayReplies = strayReplies
            self.sandbox = sandbox
            self.sandboxMissing = sandboxMissing
        }
    }

    /// What readiness tells about workers that do not serve; they do not make the gateway unready,
    /// for a lower rung answers.
    package var workerNotes: [String] {
        workers.filter { $0.worker.state != "ready" }.map { model, version, worker in
            let end = worker.lastEnd.map { ", last end: \($0)" } ?? ""
            return "worker of \(model)/\(version) is \(worker.state)\(end)"
        }
    }

    /// The families of isolated versions; empty when there is none.
    var workerFamilies: [MetricFamily] {
        guard !workers.isEmpty else { return [] }
        return [
            family("state", "1 for the state a version's worker process is in.") { worker in
                Worker.states.map { ([.init("state", $0)], worker.state == $0 ? 1 : 0) }
            },
            family("ends_total", "Worker processes that ended, by reason.", .counter) { worker in
                worker.ends.sorted { $0.key < $1.key }
                    .map { ([.init("reason", $0.key)], Double($0.value)) }
            },
            family("calls_in_flight", "Calls that are with the worker.") {
                [([], Double($0.callsInFlight))]
            },
            family("memory_bytes", "Private memory of the worker process.") {
                [([], Double($0.memoryBytes))]
            },
            family(
                "stray_replies_total",
                "Replies that named no call in flight: late, double or forged.",
                .counter
            ) { [([], Double($0.strayReplies))] },
        ]
    }

    private var workers: [(model: String, version: String, worker: Worker)] {
        models.flatMap { model in
            model.versions.compactMap { version in
                version.worker.map { (model.name, version.version, $0) }
            }
        }
    }

    private func family(
        _ name: String,
        _ help: String,
        _ kind: MetricFamily.Kind = .gauge,
        _ values: (Worker) -> [([MetricLabel], Double)]
    ) -> MetricFamily {
        MetricFamily(
            name: "sluice_worker_" + name,
            help: help,
            kind: kind,
            samples: workers.flatMap { model, version, worker in
                values(worker).map { labels, value in
                    MetricSample(
                        [MetricLabel("model", model), MetricLabel("version", version)] + labels,
                        value
                    )
                }
            }
        )
    }
}
