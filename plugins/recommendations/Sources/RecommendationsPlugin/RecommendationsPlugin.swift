// SPDX-License-Identifier: Apache-2.0
import CSluice
import RecommendationsHandler
import SluiceKit

// The header gives the name.
// swift-format-ignore: AlwaysUseLowerCamelCase
/// Registers the plugin's handlers: the one symbol the host looks up.
@c @implementation
public func sluice_plugin_register(
    _ host: UnsafePointer<sluice_host>?,
    _ registrar: UnsafeMutablePointer<sluice_registrar>?
) -> Int32 {
    register(Recommendations.handlers, with: registrar)
}
