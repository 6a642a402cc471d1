// SPDX-License-Identifier: Apache-2.0

/// What a request of the data plane may weigh.
package struct HTTPLimits: Sendable {
    /// Bytes of the request line with its line ending: what nginx and HAProxy take by default.
    package var requestLineBytesMax = 8 << 10
    /// Bytes of all header fields with their line endings, the empty line included: room for the
    /// cookies a browser sends along.
    package var fieldsBytesMax = 16 << 10
    /// Header fields: browsers and proxies together send about 30.
    package var fieldCountMax = 64
    /// Bytes of a body after decoding: 500 lines of a cart take 60 KiB, the rest is for tensors.
    package var bodyBytesMax = 1 << 20
    /// Bytes of a chunk's size line without its line ending: no client in use sends extensions.
    package var chunkLineBytesMax = 256
    /// Bytes of a chunked body's trailer fields, which are checked and dropped.
    package var trailersBytesMax = 4 << 10

    /// The limits of the data plane.
    package init() {}
}
