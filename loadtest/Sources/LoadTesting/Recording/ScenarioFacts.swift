// SPDX-License-Identifier: Apache-2.0
import Digests
import Foundation

extension RunDescription.ScenarioFacts {
    /// The facts of a file; nil when it cannot be read.
    package init?(path: String) {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        self.init(
            name: URL(filePath: path).lastPathComponent,
            sha256: data.withUnsafeBytes { SHA256Digest(of: $0) }.hex
        )
    }
}
