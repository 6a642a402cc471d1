// SPDX-License-Identifier: Apache-2.0
import Foundation
import PublishingFixtures

// Publishes as often as the arguments say, first to warm up and then measured; prints what it saw.
let counts = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let report = try await PublicationProbe.run(
    warmUp: counts.first ?? 100,
    measured: counts.last ?? 900
)
print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
