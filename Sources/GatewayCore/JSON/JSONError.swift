// SPDX-License-Identifier: Apache-2.0

/// Why a document was refused, and where.
package struct JSONError: Error, Hashable, Sendable {
    /// What is wrong.
    package let code: Code
    /// Offset of the first byte at fault.
    package let offset: Int

    /// What can be wrong with a document.
    package enum Code: UInt8, Hashable, Sendable, CaseIterable {
        /// The document ends inside a value.
        case unexpectedEnd
        /// A byte that cannot stand where it stands.
        case unexpectedByte
        /// Bytes follow the document's one value.
        case trailingBytes
        /// A string is not well-formed UTF-8.
        case invalidUTF8
        /// A backslash is followed by something that is not an escape.
        case invalidEscape
        /// Half a surrogate pair was escaped.
        case unpairedSurrogate
        /// A string holds a raw control character.
        case controlCharacter
        /// The document is larger than `JSONLimits.documentBytesMax`.
        case tooLarge
        /// Objects and arrays nest deeper than `JSONLimits.depthMax`.
        case tooDeep
        /// An object has more keys than `JSONLimits.keysPerObjectMax`.
        case tooManyKeys
        /// An object names a key twice.
        case duplicateKey
        /// An object was expected.
        case notAnObject
        /// An array was expected.
        case notAnArray
        /// A string was expected.
        case notAString
        /// An integer was expected, without fraction and exponent.
        case notAnInteger
        /// A number was expected.
        case notANumber
        /// `true` or `false` was expected.
        case notABoolean
        /// An integer does not fit 64 bits.
        case integerOutOfRange
        /// A number is too long or too large for a double.
        case numberOutOfRange
    }

    /// An error at a byte of the document.
    package init(_ code: Code, at offset: Int) {
        self.code = code
        self.offset = offset
    }

    /// 400 for what is not JSON, 413 for too much of it, 422 for JSON of the wrong shape.
    package var status: HTTPStatus {
        switch code {
        case .unexpectedEnd, .unexpectedByte, .trailingBytes, .invalidUTF8, .invalidEscape,
            .unpairedSurrogate, .controlCharacter:
            .badRequest
        case .tooLarge: .contentTooLarge
        default: .unprocessableContent
        }
    }

    /// One line for the client.
    package var detail: StaticString {
        switch code {
        case .unexpectedEnd: "the JSON document ends too early"
        case .unexpectedByte: "unexpected byte in the JSON document"
        case .trailingBytes: "bytes follow the JSON document"
        case .invalidUTF8: "a string is not valid UTF-8"
        case .invalidEscape: "a string holds an invalid escape"
        case .unpairedSurrogate: "a string escapes half a surrogate pair"
        case .controlCharacter: "a string holds an unescaped control character"
        case .tooLarge: "the JSON document is too large"
        case .tooDeep: "the JSON document nests too deep"
        case .tooManyKeys: "an object has too many keys"
        case .duplicateKey: "the key appears twice in its object"
        case .notAnObject: "expected an object"
        case .notAnArray: "expected an array"
        case .notAString: "expected a string"
        case .notAnInteger: "expected an integer without fraction or exponent"
        case .notANumber: "expected a number"
        case .notABoolean: "expected true or false"
        case .integerOutOfRange: "the integer does not fit 64 bits"
        case .numberOutOfRange: "the number is out of range"
        }
    }
}
