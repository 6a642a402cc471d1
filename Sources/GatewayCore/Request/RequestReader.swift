// SPDX-License-Identifier: Apache-2.0
import PluginHost

/// Reads the JSON body of a request; every error is a `RequestFault` that knows its place.
///
/// Lifetime: texts live as long as the body they were read from and the call's arena.
struct RequestReader: ~Copyable {
    /// Bytes of an id: store ids are 20 digits, SKUs rarely above 40 characters, the rest is room.
    static let identifierBytesMaximum = 255

    private var json = JSONReader()

    /// Starts on a body.
    mutating func begin(_ body: UnsafeRawBufferPointer) throws(RequestFault) {
        do throws(JSONError) { try json.begin(body) } catch { throw RequestFault(error) }
    }

    /// Checks that nothing follows the document's value.
    mutating func end() throws(RequestFault) {
        do throws(JSONError) { try json.end() } catch { throw RequestFault(error) }
    }

    mutating func beginObject() throws(RequestFault) {
        do throws(JSONError) { try json.beginObject() } catch { throw RequestFault(error) }
    }

    mutating func nextKey() throws(RequestFault) -> JSONString? {
        do throws(JSONError) { return try json.nextKey() } catch { throw RequestFault(error) }
    }

    mutating func beginArray() throws(RequestFault) {
        do throws(JSONError) { try json.beginArray() } catch { throw RequestFault(error) }
    }

    mutating func nextElement() throws(RequestFault) -> Bool {
        do throws(JSONError) { return try json.nextElement() } catch { throw RequestFault(error) }
    }

    /// Checks a value nobody asked for and steps over it.
    mutating func skipValue() throws(RequestFault) {
        do throws(JSONError) { try json.skipValue() } catch { throw RequestFault(error) }
    }

    /// An integer within `range`.
    mutating func integer(in range: ClosedRange<Int64>) throws(RequestFault) -> Int64 {
        do throws(JSONError) {
            let value = try json.int64()
            if range.contains(value) { return value }
        } catch {
            throw RequestFault(error)
        }
        throw .atReader("the number is out of range")
    }

    /// A string, decoded into the arena where it has escapes.
    mutating func string(_ arena: CallArena) throws(RequestFault) -> UnsafeRawBufferPointer {
        do throws(JSONError) {
            let string = try json.string()
            return string.hasEscapes ? try decode(string, arena) : string.raw
        } catch {
            throw RequestFault(error)
        }
    }

    /// An identifier: a string of 1 to 255 bytes, or a whole number in its decimal form.
    ///
    /// Store ids are numbers beyond 2^53 and SKUs are strings; both are keys.
    mutating func identifier(_ arena: CallArena) throws(RequestFault) -> UnsafeRawBufferPointer {
        let text = try isNext(.number) ? wholeNumber() : string(arena)
        guard !text.isEmpty, text.count <= Self.identifierBytesMaximum else {
            throw .atReader("expected 1 to 255 bytes")
        }
        return text
    }

    /// An identifier that may be missing: `null` and the empty string, which guests send, are empty.
    mutating func optionalIdentifier(
        _ arena: CallArena
    ) throws(RequestFault) -> UnsafeRawBufferPointer {
        if try isNext(.null) {
            try skipValue()
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        let text = try isNext(.number) ? wholeNumber() : string(arena)
        guard text.count <= Self.identifierBytesMaximum else {
            throw .atReader("expected at most 255 bytes")
        }
        return text
    }

    /// The hash of an identifier; nil for one that is empty or none.
    mutating func identifierHash() throws(RequestFault) -> UInt64? {
        if try isNext(.number) { return UnitHash.hash(try wholeNumber()) }
        guard try isNext(.string) else {
            try skipValue()
            return nil
        }
        do throws(JSONError) {
            let text = try json.string()
            return text.raw.isEmpty ? nil : UnitHash.hash(text.decoded)
        } catch {
            throw RequestFault(error)
        }
    }

    /// Line and column of a byte of the document.
    func location(of offset: Int) -> TextLocation { json.location(of: offset) }

    /// Appends the JSON Pointer of the value at fault.
    func writePointer(to writer: inout ByteWriter) {
        json.writePointer(to: &writer)
    }

    private mutating func isNext(_ kind: JSONKind) throws(RequestFault) -> Bool {
        do throws(JSONError) {
            return try json.nextKind() == kind
        } catch {
            throw RequestFault(error)
        }
    }

    private mutating func wholeNumber() throws(RequestFault) -> UnsafeRawBufferPointer {
        do throws(JSONError) {
            let text = try json.number()
            if text.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) {
                return text
            }
        } catch {
            throw RequestFault(error)
        }
        throw .atReader("expected a string or a whole number")
    }

    private func decode(
        _ string: JSONString,
        _ arena: CallArena
    ) throws(JSONError) -> UnsafeRawBufferPointer {
        let size = string.raw.count
        guard let base = arena.allocate(size, alignment: 1),
            let count = string.decode(
                into: UnsafeMutableRawBufferPointer(start: base, count: size)
            )
        else { throw JSONError(.tooLarge, at: 0) }
        return UnsafeRawBufferPointer(start: base, count: count)
    }
}
