// SPDX-License-Identifier: Apache-2.0
import Glibc

extension SeededGenerator {
    /// A number of the exponential distribution with mean one.
    mutating func exponential() -> Double { -log(unitInterval()) }

    /// A number of the normal distribution with mean 0 and deviation 1 (Box and Muller, 1958).
    mutating func normal() -> Double {
        let radius = (2 * exponential()).squareRoot()
        return radius * cos(2 * .pi * unitInterval())
    }

    /// A number of the gamma distribution with this shape and scale one.
    ///
    /// Marsaglia and Tsang, 2000; a shape below one by drawing one above it and stretching.
    mutating func gamma(shape: Double) -> Double {
        guard shape >= 1 else {
            return gamma(shape: shape + 1) * pow(unitInterval(), 1 / shape)
        }
        let depth = shape - 1.0 / 3
        let width = 1 / (9 * depth).squareRoot()
        while true {
            let normal = normal()
            let base = 1 + width * normal
            let cube = base * base * base
            guard cube > 0 else { continue }
            let limit = normal * normal / 2 + depth - depth * cube + depth * log(cube)
            if log(unitInterval()) < limit { return depth * cube }
        }
    }
}
