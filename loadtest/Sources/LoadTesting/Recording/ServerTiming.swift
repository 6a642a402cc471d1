// SPDX-License-Identifier: Apache-2.0

/// Reads the `Server-Timing` field: `queue;dur=0.010, model;desc="x";dur=1.5` (W3C Server Timing).
enum ServerTiming {
    /// The longest phase that makes sense: an hour in microseconds.
    private static let microsecondsMaximum = 3.6e9

    /// Calls back with each phase that has a length: its name and its microseconds.
    static func forEachPhase(
        _ field: UnsafeRawBufferPointer,
        _ body: (_ name: UnsafeRawBufferPointer, _ microseconds: UInt32) -> Void
    ) {
        guard !field.isEmpty else { return }
        for metric in field.split(separator: UInt8(ascii: ",")) {
            let parts = metric.split(separator: UInt8(ascii: ";"))
            guard let name = parts.first?.withoutBlanks, !name.isEmpty else { continue }
            for part in parts.dropFirst() {
                let parameter = part.withoutBlanks
                guard parameter.starts(with: "dur=".utf8),
                    let microseconds = microseconds(parameter.dropFirst(4))
                else { continue }
                body(UnsafeRawBufferPointer(rebasing: name), microseconds)
                break
            }
        }
    }

    /// Milliseconds with a point, as microseconds.
    private static func microseconds(_ digits: Slice<UnsafeRawBufferPointer>) -> UInt32? {
        var value = 0.0
        var scale = 0.0
        guard !digits.isEmpty else { return nil }
        for digit in digits {
            switch digit {
            case 0x30...0x39:
                value = value * 10 + Double(digit - 0x30)
                scale *= 10
            case UInt8(ascii: ".") where scale == 0: scale = 1
            default: return nil
            }
        }
        let microseconds = value / max(scale, 1) * 1_000
        return microseconds <= microsecondsMaximum ? UInt32(microseconds.rounded()) : nil
    }
}

extension Slice<UnsafeRawBufferPointer> {
    fileprivate var withoutBlanks: Self {
        var text = self
        while let first = text.first, first == 0x20 || first == 0x09 { text = text.dropFirst() }
        while let last = text.last, last == 0x20 || last == 0x09 { text = text.dropLast() }
        return text
    }
}
