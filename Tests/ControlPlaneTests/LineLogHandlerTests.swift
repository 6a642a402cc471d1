// SPDX-License-Identifier: Apache-2.0
import Foundation
import Logging
import Testing

@testable import ControlPlane

struct LineLogHandlerTests {
    @Test func writesOneJSONObjectALine() throws {
        let lines = try logged(.json) { logger in
            logger.warning("two\nlines \"quoted\"", metadata: ["route": "prices", "n": "\(7)"])
            logger.info("second", metadata: ["http": ["code": "200", "list": ["a", "b"]]])
            logger.debug("below the level")
        }
        #expect(lines.count == 2)
        let first = try object(lines[0])
        #expect(first["msg"] == "two\nlines \"quoted\"")
        #expect(first["level"] == "warning")
        #expect(first["label"] == "test")
        #expect(first["route"] == "prices")
        #expect(first["n"] == "7")
        #expect(first["ts"]?.hasSuffix("Z") == true)
        let second = try object(lines[1])
        #expect(second["http.code"] == "200")
        #expect(second["http.list.1"] == "b")
    }

    @Test func metadataCannotTakeTheNamesOfTheRecord() throws {
        let lines = try logged(.json) {
            $0.info("true", metadata: ["msg": "false", "ts": "never"])
        }
        let line = try object(lines[0])
        #expect(line["msg"] == "true")
        #expect(line["metadata.msg"] == "false")
    }

    @Test(arguments: LogFormat.allCases)
    func aLineIsBoundedWhateverIsLogged(format: LogFormat) throws {
        let long = String(repeating: "\u{1}é", count: 10_000)
        let metadata = Logger.Metadata(
            uniqueKeysWithValues: (0..<100).map { ("key\($0)" + long, .string(long)) }
        )
        let lines = try logged(format) { $0.error("\(long)", metadata: metadata) }
        #expect(lines.count == 1)
        #expect(lines[0].utf8.count < LogOutput.lineLengthMax)
        #expect(lines[0].contains("truncated"))
        if format == .json { #expect(try object(lines[0])["truncated"] == "true") }
    }

    @Test func textIsForPeople() throws {
        let lines = try logged(.text) {
            $0.info("adopted", metadata: ["snapshot": "a1", "note": "two words\n"])
        }
        #expect(lines[0].hasSuffix(" INFO test: adopted note=\"two words\\n\" snapshot=a1"))
    }

    @Test func aReaderThatWentAwayCostsTheLineAlone() throws {
        let pipe = Pipe()
        let output = LogOutput(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        try pipe.fileHandleForReading.close()
        output.write(Array("lost\n".utf8))
        #expect(output.droppedLineCount == 1)
    }

    /// A reader that does not read fills the pipe; writers go on at once and the rest is counted.
    @Test func aFullPipeDropsLinesAndDoesNotBlock() throws {
        let pipe = Pipe()
        let output = LogOutput(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: LogOutput.lineLengthMax)
        for _ in 0..<1_000 { output.write(line) }
        #expect(output.droppedLineCount > 0)
        withExtendedLifetime(pipe) {}
    }

    private func logged(_ format: LogFormat, _ body: (Logger) -> Void) throws -> [String] {
        let pipe = Pipe()
        let output = LogOutput(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        body(
            Logger(label: "test") { label in
                LineLogHandler(label: label, format: format, output: output)
            }
        )
        try pipe.fileHandleForWriting.close()
        #expect(output.droppedLineCount == 0)
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        return text.split(separator: "\n").map(String.init)
    }

    private func object(_ line: String) throws -> [String: String] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
        )
    }
}
