// SPDX-License-Identifier: Apache-2.0
import Logging

/// How a log line is written.
package enum LogFormat: String, CaseIterable, Sendable {
    /// One JSON object a line: `ts`, `level`, `label`, `msg`, then the metadata.
    case json
    /// For people: time, level, label, message, then `name=value`.
    case text
}

extension LogFormat {
    /// Longest message, escaped, in bytes: half a line, so metadata has room.
    static let messageLengthMax = LogOutput.lineLengthMax / 2
    /// Longest name and value of a metadata field, escaped, in bytes.
    static let fieldNameLengthMax = 64
    static let fieldValueLengthMax = 512

    /// The record as one line of at most `LogOutput.lineLengthMax` bytes with its line feed.
    ///
    /// Long texts are cut and end in `…`; fields that do not fit are left out and `truncated` says so.
    func line(for record: LogRecord) -> [UInt8] {
        var line = head(of: record)
        let room = LogOutput.lineLengthMax - line.utf8.count - tail(truncated: true).utf8.count
        let fields = record.fields.map(piece(for:))
        let fitting = prefix(of: fields, fitting: room)
        line += fields[..<fitting].joined() + tail(truncated: fitting < fields.count)
        return Array(line.utf8)
    }

    private func head(of record: LogRecord) -> String {
        let message = escape(record.message, Self.messageLengthMax)
        let label = escape(record.label, Self.fieldNameLengthMax)
        return switch self {
        case .json:
            "{\"ts\":\"\(record.time)\",\"level\":\"\(record.level)\",\"label\":\"\(label)\""
                + ",\"msg\":\"\(message)\""
        case .text:
            "\(record.time) \(record.level.rawValue.uppercased()) \(label): \(message)"
        }
    }

    private func piece(for field: LogRecord.Field) -> String {
        let name = escape(unreserved(field.name), Self.fieldNameLengthMax)
        let value = escape(field.value, Self.fieldValueLengthMax)
        return switch self {
        case .json: ",\"\(name)\":\"\(value)\""
        case .text: " \(name)=\(value.unicodeScalars.contains(" ") ? "\"\(value)\"" : value)"
        }
    }

    private func tail(truncated: Bool) -> String {
        switch self {
        case .json: truncated ? ",\"truncated\":\"true\"}\n" : "}\n"
        case .text: truncated ? " truncated=true\n" : "\n"
        }
    }

    private func prefix(of pieces: [String], fitting room: Int) -> Int {
        var used = 0
        return pieces.firstIndex {
            used += $0.utf8.count
            return used > room
        } ?? pieces.count
    }

    /// A name no member of the object has already.
    private func unreserved(_ name: String) -> String {
        ["ts", "level", "label", "msg", "truncated"].contains(name) ? "metadata." + name : name
    }

    private func escape(_ text: String, _ lengthMax: Int) -> String {
        var escaped = ""
        var length = 0
        for scalar in text.unicodeScalars {
            let piece = Self.escape(scalar)
            length += piece.utf8.count
            guard length <= lengthMax - Self.cutMark.utf8.count else {
                return escaped + Self.cutMark
            }
            escaped += piece
        }
        return escaped
    }

    private static let cutMark = "…"

    /// Both formats escape as JSON does, so a line is one line whatever is logged.
    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": "\\\""
        case "\\": "\\\\"
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
            "\\u" + String(0x1_0000 + scalar.value, radix: 16).dropFirst()
        default: String(scalar)
        }
    }
}
