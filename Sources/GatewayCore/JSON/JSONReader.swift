// SPDX-License-Identifier: Apache-2.0

/// A strict pull reader of one JSON document at a time.
///
/// The caller asks for what it expects, in document order: `beginObject()`, then `nextKey()` and
/// one value until `nextKey()` answers `nil`; likewise `beginArray()` and `nextElement()`; `end()`
/// last. After an error the reader only answers where it happened.
///
/// Shape: stricter than RFC 8259 in that a key may stand once in its object, compared after
/// decoding. Lifetime: strings point into the document. Complexity: one pass; allocates in `init`
/// alone.
package struct JSONReader: ~Copyable {
    let limits: JSONLimits
    var document = UnsafeRawBufferPointer(start: nil, count: 0)
    var position = 0
    /// The open objects and arrays, outermost first.
    let frames: UnsafeMutablePointer<Frame>
    var depth = 0
    /// The keys seen so far in every open object.
    private let keys: UnsafeMutablePointer<Key>

    /// An open object or array.
    struct Frame {
        let isArray: Bool
        /// Elements or keys begun so far.
        var count = 0
        /// Where the object's keys start in `keys`.
        let keysStart: Int
    }

    /// A key with a digest that settles nearly every comparison.
    struct Key {
        let string: JSONString
        let digest: UInt64
    }

    /// A reader with its fixed storage.
    package init(limits: JSONLimits = JSONLimits()) {
        self.limits = limits
        frames = .allocate(capacity: limits.depthMax)
        keys = .allocate(capacity: limits.depthMax * limits.keysPerObjectMax)
    }

    deinit {
        frames.deallocate()
        keys.deallocate()
    }

    /// Starts on a document, whose bytes must stay while its values and errors are in use.
    package mutating func begin(_ document: UnsafeRawBufferPointer) throws(JSONError) {
        self.document = document
        position = 0
        depth = 0
        if document.count > limits.documentBytesMax {
            throw JSONError(.tooLarge, at: limits.documentBytesMax)
        }
    }

    /// Checks that nothing follows the value.
    package mutating func end() throws(JSONError) {
        skipWhitespace()
        if position < document.count { throw JSONError(.trailingBytes, at: position) }
    }

    /// What the next value is, from its first byte.
    package mutating func nextKind() throws(JSONError) -> JSONKind {
        skipWhitespace()
        switch nextByte {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
        case UInt8(ascii: "n"): return .null
        default: throw unexpected()
        }
    }

    /// Checks a value and steps over it.
    package mutating func skipValue() throws(JSONError) {
        switch try nextKind() {
        case .object:
            try beginObject()
            while try nextKey() != nil { try skipValue() }
        case .array:
            try beginArray()
            while try nextElement() { try skipValue() }
        case .string: _ = try string()
        case .number: _ = try number()
        case .boolean: _ = try boolean()
        case .null: _ = try null()
        }
    }
}

/// The kinds of JSON value.
package enum JSONKind: Sendable {
    /// `{…}`
    case object
    /// `[…]`
    case array
    /// `"…"`
    case string
    /// `-1.5e3`
    case number
    /// `true` or `false`
    case boolean
    /// `null`
    case null
}

// MARK: - Objects and arrays

extension JSONReader {
    /// Steps into an object.
    package mutating func beginObject() throws(JSONError) {
        try expect(.object, else: .notAnObject)
        try open(isArray: false)
    }

    /// The next key of the innermost object; `nil` steps out at its end.
    package mutating func nextKey() throws(JSONError) -> JSONString? {
        guard try nextMember(closing: UInt8(ascii: "}")) else { return nil }
        let start = position
        guard nextByte == UInt8(ascii: "\"") else { throw unexpected() }
        let key = try scanString()
        try note(key, at: start)
        skipWhitespace()
        guard nextByte == UInt8(ascii: ":") else { throw unexpected() }
        position &+= 1
        return key
    }

    /// Steps into an array.
    package mutating func beginArray() throws(JSONError) {
        try expect(.array, else: .notAnArray)
        try open(isArray: true)
    }

    /// Whether the innermost array has one more element; steps out at its end.
    package mutating func nextElement() throws(JSONError) -> Bool {
        guard try nextMember(closing: UInt8(ascii: "]")) else { return false }
        let frame = innermost
        frame.pointee.count &+= 1
        return true
    }

    /// The innermost open object or array; there must be one.
    ///
    /// Bind it before a change: Swift 6.3 cannot build `innermost.pointee.count += 1`, through a
    /// noncopyable `self`, for the thread sanitizer.
    private var innermost: UnsafeMutablePointer<Frame> { frames + (depth &- 1) }

    private mutating func open(isArray: Bool) throws(JSONError) {
        if depth == limits.depthMax { throw JSONError(.tooDeep, at: position) }
        position &+= 1
        let keysStart = depth &* limits.keysPerObjectMax
        (frames + depth).initialize(to: Frame(isArray: isArray, keysStart: keysStart))
        depth &+= 1
    }

    /// Steps over the comma between members, or over the closing bracket.
    private mutating func nextMember(closing: UInt8) throws(JSONError) -> Bool {
        precondition(depth > 0, "no object or array is open")
        skipWhitespace()
        if nextByte == closing {
            position &+= 1
            depth &-= 1
            return false
        }
        if innermost.pointee.count > 0 {
            guard nextByte == UInt8(ascii: ",") else { throw unexpected() }
            position &+= 1
            skipWhitespace()
        }
        return true
    }

    /// Records a key of the innermost object, first of all for the pointer of an error.
    private mutating func note(_ key: JSONString, at offset: Int) throws(JSONError) {
        let frame = innermost
        let count = frame.pointee.count
        if count == limits.keysPerObjectMax { throw JSONError(.tooManyKeys, at: offset) }
        let seen = keys + frame.pointee.keysStart
        let digest = Self.digest(of: key)
        (seen + count).initialize(to: Key(string: key, digest: digest))
        frame.pointee.count &+= 1
        for index in 0..<count where seen[index].digest == digest {
            if seen[index].string.isEqual(to: key) { throw JSONError(.duplicateKey, at: offset) }
        }
    }

    /// The last seven bytes of the text and the low byte of its length.
    private static func digest(of key: JSONString) -> UInt64 {
        var tail: UInt64 = 0
        if key.hasEscapes {
            var count: UInt64 = 0
            for byte in key.decoded {
                tail = tail << 8 | UInt64(byte)
                count &+= 1
            }
            return tail << 8 | count & 0xFF
        }
        let count = key.raw.count
        if count >= 8 {
            let last = key.raw.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
            return last.bigEndian << 8 | UInt64(count & 0xFF)
        }
        for index in 0..<count { tail = tail << 8 | UInt64(key.raw[index]) }
        return tail << 8 | UInt64(count & 0xFF)
    }

    /// The key the innermost open object is at.
    func currentKey(of frame: Frame) -> JSONString? {
        frame.count > 0 ? keys[frame.keysStart &+ frame.count &- 1].string : nil
    }
}

// MARK: - Bytes

extension JSONReader {
    /// The byte at `position`; NUL, which stands nowhere in JSON, at the end.
    @inline(__always)
    var nextByte: UInt8 { position < document.count ? document[position] : 0 }

    @inline(__always)
    mutating func skipWhitespace() {
        while true {
            switch nextByte {
            case 0x20, 0x0A, 0x0D, 0x09: position &+= 1
            default: return
            }
        }
    }

    /// Refuses a value of another kind; 400 when it is no value at all.
    mutating func expect(
        _ kind: JSONKind,
        else code: JSONError.Code
    ) throws(JSONError) {
        if try nextKind() != kind { throw JSONError(code, at: position) }
    }

    /// The error for the byte at `position`.
    func unexpected() -> JSONError { unexpected(.unexpectedByte, at: position) }

    /// An error, unless it is that the document ends at `position`.
    func unexpected(_ code: JSONError.Code, at offset: Int) -> JSONError {
        position < document.count
            ? JSONError(code, at: offset) : JSONError(.unexpectedEnd, at: position)
    }
}
