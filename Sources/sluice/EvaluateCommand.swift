// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measure how good a model's answers are on data it has not seen.",
        subcommands: [EvaluateRecommendationsCommand.self]
    )
}
