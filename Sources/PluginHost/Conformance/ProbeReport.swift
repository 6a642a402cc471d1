// SPDX-License-Identifier: Apache-2.0

/// What a child process tells its parent about the steps it goes through, on
/// `PluginCheck.resultDescriptor`.
///
/// The step that was begun last is the one a crash or a hang is blamed on.
package final class ProbeReport {
    private var step = "start"

    /// A report of nothing yet.
    package init() {}

    /// Tells what comes next.
    package func begin(_ step: String) {
        self.step = step
        CheckEvent.started(step).write(to: PluginCheck.resultDescriptor)
    }

    /// Tells why the step that was begun last failed.
    package func fail(_ text: String) { fail(step, text) }

    /// Tells why a step failed.
    package func fail(_ step: String, _ text: String) {
        CheckEvent.result(CheckResult(step, .fail, text)).write(to: PluginCheck.resultDescriptor)
    }

    /// Tells that nothing more comes.
    package func finish() { CheckEvent.finished.write(to: PluginCheck.resultDescriptor) }
}
