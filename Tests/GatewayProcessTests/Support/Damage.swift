// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Puts something wrong in place of the next publication, past the command's own checks.
struct Damage {
    let store: FixtureStore
    let oldID: String

    func publish(_ damage: String) throws {
        switch damage {
        case "junk":
            try point(at: "not a snapshot at all")
        case "no such snapshot":
            try point(at: "20200101T000000-00000000 \(String(repeating: "0", count: 64))\n")
        case "foreign":
            let id = try store.build(
                history: FixtureStore.history(mugPrice: "11.00"),
                publish: false
            )
            // The manifest is sound, but not the one the publication speaks of.
            try point(at: "\(id) \(try manifestDigest(oldID))\n")
        default:
            try publishDamagedData(damage)
        }
    }

    private func publishDamagedData(_ damage: String) throws {
        let id = try store.build(history: FixtureStore.history(mugPrice: "11.00"), publish: false)
        let data = "\(store.directory)/\(id)/data.mdb"
        chmod("\(store.directory)/\(id)", 0o700)
        chmod(data, 0o600)
        var bytes = try Data(contentsOf: URL(filePath: data))
        switch damage {
        case "flipped": bytes[bytes.count / 2] ^= 0x40
        case "truncated": bytes = bytes.prefix(bytes.count / 2)
        default: bytes = Data()
        }
        try bytes.write(to: URL(filePath: data))
        try point(at: "\(id) \(try manifestDigest(id))\n")
    }

    private func manifestDigest(_ id: String) throws -> String {
        try Products.sha256(of: "\(store.directory)/\(id)/manifest.json")
    }

    private func point(at text: String) throws {
        try Data(text.utf8).write(
            to: URL(filePath: store.directory + "/CURRENT"),
            options: .atomic
        )
    }
}
