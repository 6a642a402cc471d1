// SPDX-License-Identifier: Apache-2.0

extension OutputTransform {
    /// Turns the margins of rows into values, where they lie.
    ///
    /// There are `margins` of them a row at first, then `valueCount(margins:)` values a row, each
    /// operation rounded to that precision. Allocates nothing.
    func apply(
        to values: UnsafeMutablePointer<Double>,
        margins count: Int,
        rows: Int,
        _ precision: Precision
    ) {
        if case .identity = self { return }
        switch precision {
        case .float32: apply(to: values, margins: count, rows: rows, as: Float.self)
        case .float64: apply(to: values, margins: count, rows: rows, as: Double.self)
        }
    }

    /// Rows that grow are taken from the last, so that none is overwritten before it is read.
    private func apply<F: ReferenceFloat>(
        to values: UnsafeMutablePointer<Double>,
        margins count: Int,
        rows: Int,
        as: F.Type
    ) {
        let width = valueCount(margins: count)
        for position in 0..<rows {
            let row = width > count ? rows - 1 - position : position
            let margins = UnsafeMutableBufferPointer(start: values + row * count, count: count)
            apply(to: margins, writing: values + row * width, as: F.self)
        }
    }

    private func apply<F: ReferenceFloat>(
        to margins: UnsafeMutableBufferPointer<Double>,
        writing values: UnsafeMutablePointer<Double>,
        as: F.Type
    ) {
        let first = F(margins[0])
        switch self {
        case .softmax: softmax(margins, as: F.self)
        case .softmaxZero: softmaxZero(margins, as: F.self)
        case .argmax: values[0] = Double(indexOfFirstMaximum(margins))
        case .sorted: sort(margins)
        case .complementaryPair: write(1 - first, first, to: values)
        case .oppositePair: write(-first, first, to: values)
        case .sigmoidPair: write(logistic(-first), logistic(first), to: values)
        default:
            for index in margins.indices { margins[index] = Double(value(of: F(margins[index]))) }
        }
    }

    /// The transforms of one margin to one value.
    private func value<F: ReferenceFloat>(of margin: F) -> F {
        switch self {
        case .sigmoid(let slope): 1 / (1 + F.exp(-F(slope) * margin))
        case .clampedSigmoid: 1 / (F.exp(min(-margin, 88.7)) + 1 + 1e-16)
        case .exponential: F.exp(margin)
        case .hinge: margin > 0 ? 1 : 0
        case .signedSquare: margin < 0 ? -(margin * margin) : margin * margin
        case .softplus: F.log1p(F.exp(margin))
        case .probit: probit(margin)
        default: margin
        }
    }

    private func write<F: ReferenceFloat>(
        _ first: F,
        _ second: F,
        to values: UnsafeMutablePointer<Double>
    ) {
        values[0] = Double(first)
        values[1] = Double(second)
    }
}

// MARK: - All margins of a row

extension OutputTransform {
    private func softmax<F: ReferenceFloat>(
        _ margins: UnsafeMutableBufferPointer<Double>,
        as: F.Type
    ) {
        let greatest = F(greatest(of: margins))
        var sum = 0.0
        for index in margins.indices {
            margins[index] = Double(F.exp(F(margins[index]) - greatest))
            sum += margins[index]
        }
        for index in margins.indices { margins[index] = Double(F(margins[index]) / F(sum)) }
    }

    private func softmaxZero<F: ReferenceFloat>(
        _ margins: UnsafeMutableBufferPointer<Double>,
        as: F.Type
    ) {
        let greatest = F(greatest(of: margins))
        var sum: F = 0
        for margin in margins where isKept(F(margin)) { sum += F.exp(F(margin) - greatest) }
        guard sum != 0 else { return }
        for index in margins.indices {
            let margin = F(margins[index])
            margins[index] = isKept(margin) ? Double(F.exp(margin - greatest) / sum) : 0
        }
    }

    /// ONNX Runtime leaves alone what is closer to zero than this.
    private func isKept<F: ReferenceFloat>(_ margin: F) -> Bool { abs(margin) > 0.000_000_1 }

    private func greatest(of margins: UnsafeMutableBufferPointer<Double>) -> Double {
        margins.max() ?? 0
    }

    private func indexOfFirstMaximum(_ margins: UnsafeMutableBufferPointer<Double>) -> Int {
        var greatest = 0
        for index in margins.indices where margins[index] > margins[greatest] { greatest = index }
        return greatest
    }

    /// By insertion: there are few quantiles, and the standard library's sort allocates.
    private func sort(_ margins: UnsafeMutableBufferPointer<Double>) {
        for end in margins.indices.dropFirst() {
            let margin = margins[end]
            var index = end
            while index > 0, margins[index - 1] > margin {
                margins[index] = margins[index - 1]
                index -= 1
            }
            margins[index] = margin
        }
    }
}
