// SPDX-License-Identifier: Apache-2.0
import PluginHost

// The child of the conformance kit: runs the code of the plugin named first with the settings given
// second.
PluginCheck.runChild(path: CommandLine.arguments[1], settingsJSON: CommandLine.arguments[2])
