// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Exponential time decay.
enum Decay {
    static let daySeconds: Int64 = 86_400

    /// 1 for age 0, halved every `halfLifeDays`, never quite 0 so that old pairs keep their order.
    static func weight(age: Int64, halfLifeDays: Double) -> Double {
        let halfLives = Double(max(age, 0)) / (halfLifeDays * Double(daySeconds))
        return exp2(-min(halfLives, halfLivesMaximum))
    }

    /// 2^-100 is still a normal Float.
    private static let halfLivesMaximum: Double = 100
}
