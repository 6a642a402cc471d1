// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@testable import FeatureSnapshots

@Suite struct FullDiskTests {
    /// A limit on the file's size stands for the full disk: the same writes fail.
    @Test(
        .disabled(
            if: Sanitizer.isThread,
            "the thread sanitizer writes a file of its own when it starts, and needs more"
        ),
        arguments: [8, 16, 64, 128]
    )
    func aDiskThatIsFullIsAnErrorThatNamesTheFile(blockCount: Int) throws {
        let temporary = TemporaryStore()
        let published = try temporary.build().id
        try temporary.store.publish(published)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c",
            "trap '' XFSZ; ulimit -f \(blockCount); exec '\(Killee.path)' '\(temporary.directory)'",
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let text = String(decoding: data, as: UTF8.self)
        #expect(process.terminationReason == .exit && process.terminationStatus == 1)
        #expect(text.contains("data.mdb"), "\(text)")
        #expect(try temporary.store.openCurrent().id == published.text)
        #expect(try temporary.store.ids() == [published])
    }
}

/// The executable that builds and publishes until it is stopped.
enum Killee {
    static var path: String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("snapshot-killee").path
    }
}
