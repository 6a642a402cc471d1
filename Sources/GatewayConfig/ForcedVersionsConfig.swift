// SPDX-License-Identifier: Apache-2.0

import YAMLDecoding

/// Who may name the version that answers: whoever has the key.
package struct ForcedVersionsConfig: Hashable, Sendable, Encodable {
    /// The file with the key, absolute; nil lets nobody.
    package var keyFile: String?

    /// The default: nobody.
    package init() {}

    init(_ object: ObjectDecoder) {
        keyFile = object.optional("key_file", .path)
    }
}
