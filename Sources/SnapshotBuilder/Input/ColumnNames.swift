// SPDX-License-Identifier: Apache-2.0

/// The name each role's column has in the input; roles that are left out are not read.
struct ColumnNames: Equatable {
    private var names = [String?](repeating: nil, count: ColumnRole.allCases.count)

    subscript(role: ColumnRole) -> String? {
        get { names[role.rawValue] }
        set { names[role.rawValue] = newValue }
    }
}
