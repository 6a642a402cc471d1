// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// A folder of `plugins/`.
struct PluginFolder: CustomTestStringConvertible {
    struct NoPlugin: Error {
        let folder: String
    }

    /// Its name, such as `pricing`.
    let name: String
    /// The product it builds, such as `PricingPlugin`.
    let product: String

    var testDescription: String { name }
    var path: String { "plugins/" + name }

    init(_ name: String) throws {
        self.name = name
        let sources = try FileManager.default.contentsOfDirectory(
            atPath: Repository.root + "/plugins/" + name + "/Sources"
        )
        guard let product = sources.first(where: { $0.hasSuffix("Plugin") }) else {
            throw NoPlugin(folder: name)
        }
        self.product = product
    }

    static func all() throws -> [PluginFolder] {
        try FileManager.default.contentsOfDirectory(atPath: Repository.root + "/plugins")
            .sorted().map(PluginFolder.init)
    }
}
