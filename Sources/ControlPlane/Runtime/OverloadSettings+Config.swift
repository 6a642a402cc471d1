// SPDX-License-Identifier: Apache-2.0
import GatewayConfig
import Traffic

extension OverloadSettings {
    /// The settings as the config says.
    package init(_ config: OverloadConfig) {
        self.init()
        targetNanoseconds = config.targetNanoseconds
        intervalNanoseconds = config.intervalNanoseconds
        saltPeriodNanoseconds = config.saltPeriodNanoseconds
        shedsCheckouts = config.shedsCheckouts
        shedsRecommendations = config.shedsRecommendations
        checkoutsAtWorkMaximum = config.atWork.checkouts
        recommendationsAtWorkMaximum = config.atWork.recommendations
    }
}
