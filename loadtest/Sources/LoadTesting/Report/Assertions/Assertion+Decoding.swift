// SPDX-License-Identifier: Apache-2.0
import YAMLDecoding

extension DiagnosticCode {
    /// An assertion that cannot be read.
    package static let assertion = DiagnosticCode("L010")
    /// An assertion that no search can go by.
    package static let objective = DiagnosticCode("L011")
}

extension ValueDecoder where Value == Assertion {
    /// An assertion of a scenario's `assert` list; a mistake is told with its own place.
    static var assertion: ValueDecoder {
        ValueDecoder<String>.string.map { text, span, context in
            do throws(AssertionError) {
                return try Assertion(text)
            } catch {
                context.report(.assertion, error.message, at: span.part(of: text, error))
                return nil
            }
        }
    }
}

extension ValueDecoder where Value == Objective {
    /// An objective of a scenario's `objectives` list.
    static var objective: ValueDecoder {
        ValueDecoder<Assertion>.assertion.map { assertion, span, context in
            if let objective = Objective(assertion), objective.canBoundRates { return objective }
            let message = "`\(assertion.text)` holds no rate down: \(Objective.expected)"
            context.report(.objective, message, at: span)
            return nil
        }
    }
}

extension SourceSpan {
    /// The place of a mistake within a text that stands here; all of it when it is not on one line.
    fileprivate func part(of text: String, _ error: AssertionError) -> SourceSpan {
        let line = String(String.UnicodeScalarView(source.line(line).dropFirst(column - 1)))
        guard let start = line.firstRange(of: text)?.lowerBound else { return self }
        let before = line[..<start].unicodeScalars.count
        let mistake = text.prefix(error.offset).unicodeScalars.count
        return SourceSpan(
            source: source,
            line: self.line,
            column: column + before + mistake,
            length: error.length
        )
    }
}
