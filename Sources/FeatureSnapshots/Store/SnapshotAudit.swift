// SPDX-License-Identifier: Apache-2.0

struct SnapshotAudit {
    init(_ snapshot: FeatureSnapshot, file: String) {}
    func run() throws {}
}
