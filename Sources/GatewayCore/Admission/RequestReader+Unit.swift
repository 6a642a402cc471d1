// SPDX-License-Identifier: Apache-2.0

extension RequestReader {
    /// The hash of the first of the sources that a body names; nil when it names none or is not whole.
    ///
    /// A refusal must not cost what an answer does: the body is read only as far as its most
    /// preferred source, and the rest of it not at all.
    mutating func unitHash(
        in body: UnsafeRawBufferPointer,
        _ sources: [UnitSource]
    ) -> UInt64? {
        var best: (rank: Int, hash: UInt64)?
        do throws(RequestFault) {
            try begin(body)
            try beginObject()
            while best?.rank != 0, let key = try nextKey() {
                let rank = sources.prefix(best?.rank ?? sources.count)
                    .firstIndex { key.isEqual(to: $0.fieldName) }
                guard let rank else {
                    try skipValue()
                    continue
                }
                if let hash = try identifierHash() { best = (rank, hash) }
            }
        } catch {
            // Whoever parses the body says what is wrong with it.
            return nil
        }
        return best?.hash
    }
}
