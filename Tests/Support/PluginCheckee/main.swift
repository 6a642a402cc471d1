// SPDX-License-Identifier: Apache-2.0
import PluginHost

// A child of the tests. `worker NONCE`: an isolated worker that knows synthetic snapshots. Otherwise
// the child of the conformance kit: runs the code of the plugin named first with the settings given
// second.
if CommandLine.arguments[1] == "worker" {
    IsolatedWorker.run(nonce: CommandLine.arguments[2], services: SyntheticSnapshot.workerServices)
}
PluginCheck.runChild(path: CommandLine.arguments[1], settingsJSON: CommandLine.arguments[2])
