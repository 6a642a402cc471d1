// SPDX-License-Identifier: Apache-2.0
import Testing

@Suite struct HelpTests {
    @Test(arguments: [
        "", "serve", "validate", "snapshot build", "snapshot verify", "snapshot inspect",
        "snapshot publish", "snapshot rollback", "plugin list", "plugin inspect", "plugin check",
        "plugin bench",
    ])
    func helpListsTheExitCodes(command: String) throws {
        let words = command.split(separator: " ").map(String.init)
        let output = try SluiceProcess.run(words + ["--help"])
        #expect(output.status == 0)
        let text = output.standardOutput.split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        #expect(text.contains("Exit codes: 0"), "\(text)")
        #expect(!text.contains("check-child"))
    }

    @Test func wrongCommandLineIs64() throws {
        #expect(try SluiceProcess.run(["frobnicate"]).status == 64)
        #expect(try SluiceProcess.run(["serve", "--port", "99999"]).status == 64)
    }
}
