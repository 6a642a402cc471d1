// SPDX-License-Identifier: Apache-2.0

/// How far a build is.
package struct BuildProgress: Equatable, Sendable {
    /// The steps of a build, in order.
    package enum Phase: String, CaseIterable, Sendable {
        /// The first reading: customers, products, dates.
        case survey
        /// The second reading: prices, baskets, titles.
        case features
        /// Writing and proving the snapshot.
        case writing
    }

    /// The step.
    package let phase: Phase
    /// Bytes of the input file read in this step, compressed or not.
    package let bytesRead: Int
    /// Bytes of the input file.
    package let bytesTotal: Int
    /// Rows read in this step.
    package let rows: Int
}
