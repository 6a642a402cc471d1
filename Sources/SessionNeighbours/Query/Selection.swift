// SPDX-License-Identifier: Apache-2.0

/// Finds the value that a number of others are larger than, by Hoare's selection.
///
/// - Parameters:
///   - keys: the values; their order is changed.
///   - count: how many there are, more than `rank`.
///   - rank: how many precede the value in descending order.
/// - Returns: the value.
func selectDescending(_ keys: UnsafeMutablePointer<Double>, count: Int, rank: Int) -> Double {
    var (lower, upper) = (0, count - 1)
    while lower < upper {
        let pivot = medianOfThree(keys[lower], keys[(lower + upper) / 2], keys[upper])
        var (left, right) = (lower, upper)
        while left <= right {
            while keys[left] > pivot { left += 1 }
            while keys[right] < pivot { right -= 1 }
            guard left <= right else { break }
            (keys[left], keys[right]) = (keys[right], keys[left])
            left += 1
            right -= 1
        }
        if rank <= right {
            upper = right
        } else if rank >= left {
            lower = left
        } else {
            return pivot
        }
    }
    return keys[rank]
}

private func medianOfThree(_ first: Double, _ second: Double, _ third: Double) -> Double {
    max(min(first, second), min(max(first, second), third))
}
