// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// `sluice forecast`.
@Suite struct ForecastCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func forecastsEachSeries() throws {
        let rows = (1...24).map { "tea,2026-01-\($0 < 10 ? "0" : "")\($0),\($0 % 3)\n" }.joined()
        let output = try forecast("id,date,value\n" + rows + "mug,2026-01-01,7\n", "--horizon", "2")
        #expect(output.status == 0, "\(output.standardError)")
        let lines = output.standardOutput.split(separator: "\n")
        #expect(lines.first == "id,step,mean,lower,upper,method")
        #expect(lines.dropFirst().map { $0.prefix(5) } == ["tea,1", "tea,2", "mug,1", "mug,2"])
        #expect(lines.last?.hasPrefix("mug,2,7.0,") == true)
    }

    @Test func jsonHasTheSecondsAndNoIntervalsUnlessAsked() throws {
        let text = "id,date,value\na,2026-01-01,1\na,2026-01-02,3\n"
        let report = try forecast(
            text,
            "--horizon",
            "1",
            "--method",
            "naive",
            "--without-intervals",
            "--json"
        )
        .json()
        let forecasts = try #require(report["forecasts"] as? [[String: Any]])
        #expect(report["seconds"] is Double)
        #expect(forecasts.first?["mean"] as? [Double] == [3])
        #expect(forecasts.first?["lower"] as? [Double] == [])
    }

    @Test(arguments: [
        ("", ":1: expected id,date,value"),
        ("id,value\n", ":1: expected id,date,value"),
        ("id,date,value\na,2026-01-01\n", ":2: expected id,date,value, unquoted"),
        ("id,date,value\na,2026-01-01,nan\n", ":2: expected a number in value"),
        ("id,date,value\na,2026-01-02,1\na,2026-01-01,1\n", ":3: expected a date after 2026-01-02"),
        ("id,date,value\na,2,1\nb,2,1\na,3,1\n", ":4: expected the rows of a together"),
        ("id,date,value\n\u{1F}\n", ":2: expected"),
    ])
    func badFilesAreNamed(text: String, reason: String) throws {
        let output = try forecast(text, "--horizon", "1")
        #expect(output.status == 1)
        #expect(output.standardError.contains("series.csv" + reason), "\(output.standardError)")
    }

    @Test(arguments: [["--horizon", "0"], ["--horizon", "1", "--method", "guess"]])
    func badOptionsAreUsageErrors(options: [String]) throws {
        #expect(try SluiceProcess.run(["forecast", "series.csv"] + options).status == 64)
    }

    private func forecast(_ text: String, _ options: String...) throws -> SluiceProcess.Output {
        let path = folder.path + "/series.csv"
        try Data(text.utf8).write(to: URL(filePath: path))
        return try SluiceProcess.run(["forecast", path] + options)
    }
}
