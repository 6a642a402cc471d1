// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import NIOCore

/// The event loops of a data plane, each with its worker.
package struct EdgeLoops: Sendable {
    let all: [NIOLoopBound<EdgeLoop>]

    /// Runs `body` with one loop's worker, on that loop, some time soon.
    package func onLoop(_ index: Int, _ body: @escaping @Sendable (GatewayWorker) -> Void) {
        let loop = all[index]
        loop.eventLoop.execute { loop.value.work(body) }
    }
}
