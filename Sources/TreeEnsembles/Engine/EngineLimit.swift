// SPDX-License-Identifier: Apache-2.0
import CTreeKernels

/// Something of an ensemble the kernels do not cover: it is walked plainly.
enum EngineLimit: Error {
    /// Leaves are linear models.
    case linearLeaves
    /// Margins are the least or the greatest leaf.
    case extremes
    /// The splits ask more than fits into the codes of a row.
    case columns(Int)

    /// The limit in words.
    var reason: String {
        switch self {
        case .linearLeaves: "its leaves are linear models"
        case .extremes: "its margins are the least or greatest leaf"
        case .columns(let count):
            "its splits ask for \(count) columns of codes, the kernels have \(TREE_COLUMNS_MAX)"
        }
    }
}
