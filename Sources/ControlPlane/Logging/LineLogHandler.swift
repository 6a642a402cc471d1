// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import Logging

/// A swift-log backend that writes one bounded line for each event.
package struct LineLogHandler: LogHandler {
    /// Events below it are not made.
    package var logLevel: Logger.Level
    /// Goes with every event of this logger.
    package var metadata: Logger.Metadata = [:]
    /// Adds metadata of the current task.
    package var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let format: LogFormat
    private let output: LogOutput

    /// A handler for the logger called `label`.
    package init(
        label: String,
        format: LogFormat,
        output: LogOutput,
        logLevel: Logger.Level = .info
    ) {
        self.label = label
        self.format = format
        self.output = output
        self.logLevel = logLevel
    }

    /// One item of the logger's metadata.
    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes the event; metadata of the event wins over the logger's, and that over the provider's.
    package func log(event: LogEvent) {
        let merged = (metadataProvider?.get() ?? [:])
            .merging(metadata) { $1 }
            .merging(event.metadata ?? [:]) { $1 }
        let record = LogRecord(time: .now(), label: label, event: event, metadata: merged)
        output.write(format.line(for: record))
    }
}
