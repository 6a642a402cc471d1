// SPDX-License-Identifier: Apache-2.0
import CSluice

/// A handler a plugin announced, with its function table copied into the host's own.
package struct HandlerRegistration: Sendable {
    /// The handler's name, unique within its plugin.
    package let name: String
    /// The plugin's name.
    package let plugin: String
    /// What it answers.
    package let kind: HandlerKind
    /// Where it wishes to run.
    package let execution: HandlerExecution
    /// Whether one model takes one call at a time.
    package let threading: HandlerThreading
    /// What it cannot work without; the host offers all of it.
    package let requiredCapabilities: CapabilitySet
    /// What it can use.
    package let optionalCapabilities: CapabilitySet

    let functions: Immortal<sluice_handler>
    let host: Immortal<sluice_host>
    let state: PluginState

    /// Whether the wish and the threading rule allow calls on event loops.
    ///
    /// A serial model would make event loops wait for each other, so it runs pooled.
    package var mayRunInline: Bool { execution == .inline && threading == .reentrant }
}
