// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Powers the models need.
enum Power {
    /// The root of a positive number.
    static func root(_ value: Double, _ degree: Int) -> Double { exp(log(value) / Double(degree)) }
}
