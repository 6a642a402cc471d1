// SPDX-License-Identifier: Apache-2.0

/// Reads the keys of one mapping; what it is never asked for is an unknown key.
package final class ObjectDecoder {
    /// What the decoders share.
    package let context: DecodingContext
    /// Where the mapping begins.
    package let span: SourceSpan
    private let entries: [String: YAMLEntry]
    private var knownKeys: [String] = []

    init(_ entries: [YAMLEntry], at span: SourceSpan, _ context: DecodingContext) {
        self.entries = Dictionary(entries.map { ($0.key, $0) }) { first, _ in first }
        self.span = span
        self.context = context
    }

    /// The value of a key that must be there; nil after an error is reported.
    package func required<Value>(_ key: String, _ decoder: ValueDecoder<Value>) -> Value? {
        if let entry = entry(key) { return decode(entry, decoder) }
        context.report(.missingKey, "\(context.subject) needs the key `\(key)`", at: span)
        return nil
    }

    /// The value of a key that may be absent; nil also after an error is reported.
    package func optional<Value>(_ key: String, _ decoder: ValueDecoder<Value>) -> Value? {
        entry(key).flatMap { decode($0, decoder) }
    }

    /// The value of a key, or a default.
    package func optional<Value>(
        _ key: String,
        _ decoder: ValueDecoder<Value>,
        default value: Value
    ) -> Value {
        optional(key, decoder) ?? value
    }

    /// Replaces `value`, which holds the default, when the key is there.
    package func read<Value>(
        _ key: String,
        _ decoder: ValueDecoder<Value>,
        into value: inout Value
    ) {
        value = optional(key, decoder, default: value)
    }

    /// A mapping of known keys that may be absent; then it is decoded as an empty one.
    package func section<Value>(
        _ key: String,
        _ make: @escaping (ObjectDecoder) -> Value?
    ) -> Value? {
        if let entry = entry(key) { return decode(entry, .object(make)) }
        return context.naming(key) { make(ObjectDecoder([], at: span, context)) }
    }

    /// Whether the key is there.
    package func has(_ key: String) -> Bool { entry(key) != nil }

    /// The place of the value under a chain of keys, or of its closest ancestor that is there.
    package func span(of keys: String...) -> SourceSpan {
        let (entry, isComplete) = find(keys)
        return (isComplete ? entry?.value.span : entry?.keySpan) ?? span
    }

    /// The place of the value under a chain of keys; nil when it is not there.
    package func place(of keys: String...) -> SourceSpan? {
        let (entry, isComplete) = find(keys)
        return isComplete ? entry?.value.span : nil
    }

    /// The place of a key, or of the mapping when it is absent.
    package func keySpan(of key: String) -> SourceSpan { entries[key]?.keySpan ?? span }

    /// The entries of a mapping under a chain of keys, also those that failed to decode.
    package func entries(of keys: String...) -> [YAMLEntry] {
        let (entry, isComplete) = find(keys)
        return isComplete ? entry?.value.entries ?? [] : []
    }

    /// The elements of a list under a key, also those that failed to decode.
    package func elements(of key: String) -> [YAMLNode] { entries[key]?.value.elements ?? [] }

    /// Adds a problem at a place.
    package func report(
        _ code: DiagnosticCode,
        _ message: String,
        at span: SourceSpan,
        notes: [Diagnostic.Note] = [],
        help: String? = nil
    ) {
        context.report(code, message, at: span, notes: notes, help: help)
    }

    func refuseUnknownKeys() {
        let unknown = entries.values.filter { !knownKeys.contains($0.key) }
        let ordered = unknown.sorted {
            ($0.keySpan.line, $0.keySpan.column) < ($1.keySpan.line, $1.keySpan.column)
        }
        for entry in ordered {
            let candidates = context.log.isFull ? [] : knownKeys
            let meant = EditDistance.closest(to: entry.key, among: candidates)
            context.report(
                .unknownKey,
                "unknown key `\(entry.key)`",
                at: entry.keySpan,
                label: meant.map { "did you mean `\($0)`?" },
                help: "allowed here: \(knownKeys.joined(separator: ", "))"
            )
        }
    }

    private func entry(_ key: String) -> YAMLEntry? {
        if !knownKeys.contains(key) { knownKeys.append(key) }
        return entries[key]
    }

    private func decode<Value>(_ entry: YAMLEntry, _ decoder: ValueDecoder<Value>) -> Value? {
        context.naming(entry.key) { decoder.decode(entry.value, context) }
    }

    private func find(_ keys: [String]) -> (last: YAMLEntry?, isComplete: Bool) {
        var last: YAMLEntry?
        for key in keys {
            let next = last.map { $0.value.entries.first { $0.key == key } } ?? entries[key]
            guard let next else { return (last, false) }
            last = next
        }
        return (last, true)
    }
}
