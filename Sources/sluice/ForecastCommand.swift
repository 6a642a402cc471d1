// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Forecasting
import Foundation

struct ForecastCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forecast",
        abstract: "Forecast the series of a CSV file.",
        discussion: """
            The file's columns are id,date,value: one row a period, periods without demand as 0, the \
            rows of a series together and oldest first, dates as YYYY-MM-DD. Steps are counted in \
            periods after a series' last. Exit codes: 0 forecast, 1 the file was refused.
            """
    )

    @Argument(help: "The CSV file.")
    var file: String

    @Option(name: .long, help: "Periods to forecast.")
    var horizon: Int

    @Option(name: .long, help: "Periods in a season, such as 12 for months; 1 for none.")
    var season = 1

    @Option(
        name: .long,
        help: "How: \(ForecastMethod.allCases.map(\.rawValue).joined(separator: ", "))."
    )
    var method = ForecastMethod.automatic

    @Option(name: .long, help: "The share of outcomes an interval holds.")
    var level = 0.8

    @Flag(name: .long, help: "Forecast the mean alone.")
    var withoutIntervals = false

    @Flag(name: .long, help: "Print JSON, with the seconds the forecasts took.")
    var json = false

    func validate() throws {
        guard 1...Forecaster.horizonMaximum ~= horizon else {
            throw ValidationError("horizon is a number from 1 to \(Forecaster.horizonMaximum)")
        }
        guard 1...Forecaster.seasonLengthMaximum ~= season else {
            throw ValidationError("season is a number from 1 to \(Forecaster.seasonLengthMaximum)")
        }
        guard 0.5...0.99 ~= level else {
            throw ValidationError("level is a number from 0.5 to 0.99")
        }
    }

    func run() throws {
        try reporting {
            let series = try SeriesFile(path: file).series
            let began = ContinuousClock.now
            let forecasts = forecast(series)
            let elapsed = ContinuousClock.now - began
            guard json else {
                print("id,step,mean,lower,upper,method")
                return forecasts.forEach { print($0.rows, terminator: "") }
            }
            try printJSON(Report(seconds: elapsed / .seconds(1), forecasts: forecasts))
        }
    }

    private func forecast(_ series: [SeriesFile.Series]) -> [Line] {
        let forecaster = Forecaster(
            method: method,
            seasonLength: season,
            level: withoutIntervals ? nil : level
        )
        defer { Self.progress(series.count, of: series.count, isLast: true) }
        return series.enumerated().map { index, one in
            Self.progress(index, of: series.count)
            return Line(one.id, forecaster.forecast(one.values, horizon: horizon))
        }
    }

    /// Series between two looks at the terminal.
    private static let progressStride = 1_000

    private static func progress(_ done: Int, of total: Int, isLast: Bool = false) {
        guard StandardError.isTerminal, isLast || done.isMultiple(of: progressStride) else {
            return
        }
        let text = "\r\(done) of \(total) series" + (isLast ? "\n" : "")
        FileHandle.standardError.write(Data(text.utf8))
    }

    private struct Report: Encodable {
        let seconds: Double
        let forecasts: [Line]
    }

    private struct Line: Encodable {
        let id: String
        let method: String
        let mean: [Double]
        let lower: [Double]
        let upper: [Double]

        init(_ id: String, _ forecast: Forecast) {
            self.id = id
            (method, mean) = (forecast.method, forecast.mean)
            (lower, upper) = (forecast.lower, forecast.upper)
        }

        /// One CSV row for each step; the bounds are empty without intervals.
        var rows: String {
            mean.indices.map { step in
                let bounds = lower.isEmpty ? "," : "\(lower[step]),\(upper[step])"
                let name = method.replacing(",", with: " ")
                return "\(id),\(step + 1),\(mean[step]),\(bounds),\(name)\n"
            }
            .joined()
        }
    }
}

extension ForecastMethod: ExpressibleByArgument {}
