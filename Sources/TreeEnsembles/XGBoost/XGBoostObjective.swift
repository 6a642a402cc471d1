// SPDX-License-Identifier: Apache-2.0
import Glibc

/// What an objective makes of margins, and of the `base_score` in its files.
struct XGBoostObjective {
    let transform: OutputTransform
    /// From the space of predictions, which files keep the base in, to that of margins.
    let margin: @Sendable (Float) -> Float

    init(_ name: String, at place: ModelError.Place) throws(ModelError) {
        guard let objective = Self.objective(name) else {
            throw ModelError(
                .unsupported,
                "objective \"\(name)\"",
                at: place,
                advice: "supported are the regression, binary, multi, count, survival and rank"
                    + " objectives without reg:expectileerror"
            )
        }
        self = objective
    }

    private init(_ transform: OutputTransform, _ margin: @escaping @Sendable (Float) -> Float) {
        self.transform = transform
        self.margin = margin
    }

    private static func objective(_ name: String) -> Self? {
        switch name {
        case "reg:squarederror", "reg:linear", "reg:squaredlogerror", "reg:absoluteerror",
            "reg:pseudohubererror", "binary:logitraw", "rank:pairwise", "rank:ndcg", "rank:map",
            "reg:quantileerror":
            Self(.identity) { $0 }
        case "reg:logistic", "binary:logistic": Self(.clampedSigmoid, logit)
        case "count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft":
            Self(.exponential, logf)
        case "multi:softprob": Self(.softmax) { $0 }
        case "multi:softmax": Self(.argmax) { $0 }
        case "binary:hinge": Self(.hinge) { $0 }
        default: nil
        }
    }

    /// XGBoost keeps a probability this far from 0 and 1.
    private static let probabilityMargin: Float = 1e-6

    private static func logit(_ probability: Float) -> Float {
        let bounded = min(max(probability, probabilityMargin), 1 - probabilityMargin)
        return -logf(1 / bounded - 1)
    }
}
