// SPDX-License-Identifier: Apache-2.0
import Glibc

extension OutputTransform {
    /// The values the margins of one row become, each operation rounded to that precision.
    package func applied(to margins: [Double], _ precision: Precision) -> [Double] {
        switch precision {
        case .float32: applied(to: margins.map { Float($0) }).map(Double.init)
        case .float64: applied(to: margins)
        }
    }

    private func applied<F: ReferenceFloat>(to margins: [F]) -> [F] {
        switch self {
        case .identity: margins
        case .sigmoid(let slope): margins.map { 1 / (1 + F.exp(-F(slope) * $0)) }
        case .clampedSigmoid: margins.map { 1 / (F.exp(min(-$0, 88.7)) + 1 + 1e-16) }
        case .exponential: margins.map(F.exp)
        case .softmax: softmax(margins)
        case .softmaxZero: softmaxZero(margins)
        case .argmax: [F(indexOfFirstMaximum(margins))]
        case .hinge: margins.map { $0 > 0 ? 1 : 0 }
        case .signedSquare: margins.map { $0 < 0 ? -($0 * $0) : $0 * $0 }
        case .softplus: margins.map { F.log1p(F.exp($0)) }
        case .sorted: margins.sorted()
        case .probit: margins.map(probit)
        case .complementaryPair: [1 - margins[0], margins[0]]
        case .oppositePair: [-margins[0], margins[0]]
        case .sigmoidPair: [logistic(-margins[0]), logistic(margins[0])]
        }
    }

    /// The sum of the exponentials is taken in float64 by XGBoost as by LightGBM.
    private func softmax<F: ReferenceFloat>(_ margins: [F]) -> [F] {
        let greatest = margins.max() ?? 0
        let exponentials = margins.map { F.exp($0 - greatest) }
        let sum = exponentials.reduce(0.0) { $0 + Double($1) }
        return exponentials.map { $0 / F(sum) }
    }

    private func softmaxZero<F: ReferenceFloat>(_ margins: [F]) -> [F] {
        let greatest = margins.max() ?? 0
        // ONNX Runtime leaves alone what is closer to zero than this.
        let isKept = margins.map { abs($0) > 0.000_000_1 }
        let exponentials = zip(margins, isKept).map { $1 ? F.exp($0 - greatest) : 0 }
        let sum = exponentials.reduce(0, +)
        return sum == 0 ? margins : exponentials.map { $0 / sum }
    }

    private func indexOfFirstMaximum<F: ReferenceFloat>(_ margins: [F]) -> Int {
        margins.indices.reduce(0) { margins[$1] > margins[$0] ? $1 : $0 }
    }

    /// ONNX Runtime's: the exponential of a negative number only.
    func logistic<F: ReferenceFloat>(_ margin: F) -> F {
        let value = 1 / (1 + F.exp(-abs(margin)))
        return margin < 0 ? 1 - value : value
    }

    /// ONNX Runtime's approximation of the inverse error function, after Winitzki.
    func probit<F: ReferenceFloat>(_ margin: F) -> F {
        let x = 2 * margin - 1
        let logarithm = F.log((1 - x) * (1 + x))
        let first = 2 / (F(3.141_592_653_589_793) * 0.147) + 0.5 * logarithm
        let second = 1 / 0.147 * logarithm
        let root = (-first + (first * first - second).squareRoot()).squareRoot()
        return 1.414_213_56 * (x < 0 ? -1 : 1) * root
    }
}
