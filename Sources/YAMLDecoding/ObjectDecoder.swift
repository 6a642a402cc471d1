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
        context.report(.missingKey, "`\(context.subject)` needs the key `\(key)`", at: span)
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
        let empty = ObjectDecoder([], at: span, context)
        return context.naming(key) { make(empty) }
    }

    /// Whether the key is there.
    package func has(_ key: String) -> Bool { entry(key) != nil }

    /// The place of a key's value, or of the mapping when the key is absent.
    package func span(of key: String) -> SourceSpan { entries[key]?.value.span ?? span }

    /// The place of a key, or of the mapping when it is absent.
    package func keySpan(of key: String) -> SourceSpan { entries[key]?.keySpan ?? span }

    func refuseUnknownKeys() {
        for entry in entries.values where !knownKeys.contains(entry.key) {
            let meant = EditDistance.closest(to: entry.key, among: knownKeys)
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
}
