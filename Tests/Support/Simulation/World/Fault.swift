// SPDX-License-Identifier: Apache-2.0

/// What can go wrong in a run.
package enum Fault: Int, CaseIterable, Sendable {
    // MARK: Handlers

    /// A handler says that it failed.
    case handlerFails
    /// A handler answers NaN for a price or a score.
    case handlerAnswersNaN
    /// A handler's price leaves the guard's band.
    case handlerLeavesTheBand
    /// A handler forgets a line, or names a product that does not exist.
    case handlerAnswersTheWrongShape
    /// A handler finds the request at fault.
    case handlerIgnores
    /// A handler takes longer than its budget.
    case handlerIsLate
    /// A handler never returns; its thread is lost.
    case handlerHangs
    /// A handler says that it will complete later.
    case handlerPends
    /// A handler that said so never completes.
    case handlerForgets
    /// A handler completes one call twice.
    case handlerCompletesTwice
    /// A handler completes a call it never had.
    case handlerForgesCompletions
    /// An inline handler holds its event loop.
    case handlerStallsTheLoop

    // MARK: Queues

    /// A queue takes no call.
    case queueIsFull
    /// A completion takes its time on the way to the loop.
    case completionIsDelayed

    // MARK: Load

    /// A request takes the event loop long.
    case requestsAreCostly
    /// An event loop gets no core for a while.
    case loopIsStarved
    /// Many clients come in a short time.
    case clientsFlood
    /// Handlers stand still with the event loops.
    case machineHasOneCore

    // MARK: Shadows

    /// Versions get copies of live requests, and shadows fail as the handlers do.
    case requestsAreShadowed

    // MARK: Workers

    /// A handler runs in a worker process.
    case handlerIsIsolated
    /// A worker process dies.
    case workerDies
    /// A worker process stops answering.
    case workerHangs
    /// A worker process takes too long to start.
    case workerStartsLate

    // MARK: Clients

    /// A request arrives in pieces.
    case bytesAreSplit
    /// A client sends before it has its replies.
    case clientPipelines
    /// A client is gone in the middle.
    case clientVanishes
    /// A client takes its time to read.
    case clientReadsSlowly
    /// A client takes its time to send.
    case clientSendsSlowly
    /// A request is not one.
    case requestIsBad
    /// A caller's header leaves hardly any time.
    case budgetIsTight

    // MARK: World

    /// Another snapshot is published.
    case snapshotIsSwapped
    /// Other weights are published.
    case weightsAreChanged
    /// The wall clock jumps.
    case wallClockJumps
    /// Clients come all at once.
    case clientsCrowd
    /// The gateway drains while requests are at work.
    case gatewayDrains
    /// Another process takes over while requests are at work.
    case gatewayHandsOver
}

extension Fault {
    /// Whether it makes more work than can be done.
    var isOfLoad: Bool {
        switch self {
        case .requestsAreCostly, .loopIsStarved, .clientsFlood, .budgetIsTight: true
        default: false
        }
    }

    /// Whether it ends a process.
    var isOfEnds: Bool {
        switch self {
        case .handlerIsIsolated, .workerDies, .workerHangs, .workerStartsLate, .gatewayDrains,
            .gatewayHandsOver, .clientSendsSlowly:
            true
        default: false
        }
    }

    /// Whether it is a fault of a handler or its process, for which a breaker may open.
    ///
    /// A handler whose thread gets no core cannot be told from a slow one.
    var isOfHandlers: Bool {
        switch self {
        case .handlerFails, .handlerAnswersNaN, .handlerLeavesTheBand, .handlerIsIsolated,
            .handlerAnswersTheWrongShape, .handlerIgnores, .handlerIsLate, .handlerHangs,
            .handlerForgets, .handlerStallsTheLoop, .machineHasOneCore, .workerDies, .workerHangs,
            .workerStartsLate:
            true
        default: false
        }
    }
}
