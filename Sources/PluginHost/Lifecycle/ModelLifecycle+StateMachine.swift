// SPDX-License-Identifier: Apache-2.0

/// The order of control calls for one model version.
///
/// A pure state machine.
///
/// Source: sluice_plugin.h, "In one page".
struct ModelLifecycle: Equatable, Sendable {
    enum Refusal: Error, Equatable { case notLoaded, tooManyBindings, stillBound, notBound }

    private enum State { case loaded, unloaded }

    /// The snapshot that serves, the one that drains, and two more that stuck calls may hold.
    static let bindingsMax = 4

    private var state = State.loaded
    private(set) var bindingCount = 0

    /// Before `bind`.
    mutating func bind() throws(Refusal) {
        guard state == .loaded else { throw .notLoaded }
        guard bindingCount < Self.bindingsMax else { throw .tooManyBindings }
        bindingCount += 1
    }

    /// Before `unbind`, and after a `bind` that failed.
    mutating func unbind() throws(Refusal) {
        guard bindingCount > 0 else { throw .notBound }
        bindingCount -= 1
    }

    /// Before `unload`.
    mutating func unload() throws(Refusal) {
        guard state == .loaded else { throw .notLoaded }
        guard bindingCount == 0 else { throw .stillBound }
        state = .unloaded
    }
}
