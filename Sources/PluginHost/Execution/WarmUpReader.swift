// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The reader behind `snapshot_find_row` with a NULL request, which is allowed during `warm_up`.
enum WarmUpReader {
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        let status = pthread_key_create(&key, nil)
        precondition(status == 0, "no thread-local storage is left")
        return key
    }()

    /// The reader of the model this thread warms up.
    static var current: UnsafeMutableRawPointer? { pthread_getspecific(key) }

    static func with<Result>(
        _ reader: UnsafeMutableRawPointer?,
        _ body: () -> Result
    ) -> Result {
        pthread_setspecific(key, reader)
        defer { pthread_setspecific(key, nil) }
        return body()
    }
}
