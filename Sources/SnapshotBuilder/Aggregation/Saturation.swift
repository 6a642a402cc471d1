// SPDX-License-Identifier: Apache-2.0

extension Int64 {
    /// Adds `units × price`, stopping at the ends of `Int64`: no history can make a build trap.
    mutating func addSaturating(_ units: Int64, times price: Int64 = 1) {
        let (product, productOverflow) = units.multipliedReportingOverflow(by: price)
        let isNegative = (units < 0) != (price < 0)
        let amount = productOverflow ? (isNegative ? Int64.min : .max) : product
        let (sum, sumOverflow) = addingReportingOverflow(amount)
        self = sumOverflow ? (amount < 0 ? .min : .max) : sum
    }
}
