// SPDX-License-Identifier: Apache-2.0
import NIOCore

extension ByteBuffer {
    /// Reads the bytes with an error of one type.
    func reading<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafeReadableBytes { bytes in
            Swift.Result { () throws(Failure) in try body(bytes) }
        }.get()
    }
}
