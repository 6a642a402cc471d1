// SPDX-License-Identifier: Apache-2.0

/// Everything a run leaves, in one folder.
package enum ReportFolder {
    /// A report, by its file's name in the folder.
    package enum Kind: String, CaseIterable, Sendable {
        /// For people.
        case text = "report.txt"
        /// For programs; `loadtest/schema` describes it.
        case json = "report.json"
        /// For browsers.
        case html = "report.html"
        /// The seconds, for spreadsheets.
        case csv = "seconds.csv"
        /// The verdict and the assertions, for CI systems.
        case junit = "junit.xml"
    }

    /// Writes the record and all reports of it.
    ///
    /// - Throws: `RecordError.file`.
    package static func write(
        _ report: RunReport,
        of record: RunRecord,
        to folder: String
    ) throws(RecordError) {
        try record.save(folder)
        try writeReports(report, of: record, to: folder)
    }

    /// Writes the reports alone: `report.txt`, `report.json`, `report.html`, `seconds.csv`,
    /// `junit.xml`, and for each clock `percentiles/<clock>.hgrm`.
    ///
    /// - Throws: `RecordError.file`.
    package static func writeReports(
        _ report: RunReport,
        of record: RunRecord,
        to folder: String
    ) throws(RecordError) {
        for kind in Kind.allCases {
            try write(kind, report, of: record, to: folder + "/" + kind.rawValue)
        }
        for clock in record.clocks() {
            let table = record.histogram(clock: clock).percentileDistribution
            try RunRecord.write(table, to: "\(folder)/percentiles/\(fileName(clock)).hgrm")
        }
    }

    /// Writes one report to a file.
    ///
    /// - Throws: `RecordError.file`.
    package static func write(
        _ kind: Kind,
        _ report: RunReport,
        of record: RunRecord,
        to path: String
    ) throws(RecordError) {
        let text =
            switch kind {
            case .text: report.text + "\n"
            case .json: report.json + "\n"
            case .html: HTMLReport(report, record).text
            case .csv: CSVReport.text(record)
            case .junit: JUnitReport.text(report)
            }
        try RunRecord.write(text, to: path)
    }

    /// A server may call its phases as it likes.
    private static func fileName(_ clock: LatencyClock) -> String {
        String(
            clock.name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") ? $0 : "-" }
        )
    }
}
