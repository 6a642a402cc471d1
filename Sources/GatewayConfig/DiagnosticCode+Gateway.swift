// SPDX-License-Identifier: Apache-2.0

import YAMLDecoding

extension DiagnosticCode {
    /// A traffic split that does not sum to 100 %.
    package static let splitSum = DiagnosticCode("C031")
    /// A version that the model does not have.
    package static let unknownVersion = DiagnosticCode("C032")
    /// A route to a model that does not exist.
    package static let unknownModel = DiagnosticCode("C033")
    /// A route to a model of another kind.
    package static let wrongKind = DiagnosticCode("C034")
    /// Both planes on one port.
    package static let samePort = DiagnosticCode("C035")
    /// A plugin without a checksum, or with two.
    package static let checksum = DiagnosticCode("C036")
    /// Two settings of which one must be less than the other.
    package static let order = DiagnosticCode("C037")
    /// A setting that another one makes meaningless.
    package static let unused = DiagnosticCode("C038")
    /// The same thing listed twice.
    package static let listedTwice = DiagnosticCode("C039")
    /// Two salts that must be independent are the same.
    package static let sharedSalt = DiagnosticCode("C040")
    /// Two splits that own the same buckets of one layer.
    package static let layerOverlap = DiagnosticCode("C041")
    /// A shadow of the version it would be compared with.
    package static let stableShadow = DiagnosticCode("C042")
    /// A kill switch of the version everybody falls back to.
    package static let stableDisabled = DiagnosticCode("C043")
}
