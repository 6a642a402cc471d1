// SPDX-License-Identifier: Apache-2.0

/// Reads models LightGBM 2 to 4 saved as text.
package struct LightGBMReader: Sendable {
    /// Which iterations predict; the text does not tell the best, `save_model` leaves out later ones.
    package var iterations: IterationRange

    /// A reader with that choice.
    package init(iterations: IterationRange = .automatic) { self.iterations = iterations }

    /// Reads a whole file.
    ///
    /// The margins of a random forest are averages over its iterations, where LightGBM's `raw_score`
    /// gives sums.
    ///
    /// - Throws: `ModelError`, whose place is a line, or a tree and a node of it.
    package func ensemble(of bytes: [UInt8]) throws(ModelError) -> TreeEnsemble {
        try checkCount(bytes.count, max: TreeEnsembleLimits.fileSizeMax, "bytes of a file")
        var document = LightGBMDocument()
        try document.read(bytes)
        return try ensemble(of: document)
    }

    private func ensemble(of document: LightGBMDocument) throws(ModelError) -> TreeEnsemble {
        let outputCount = document.treesPerIteration
        let iterations = try chosenIterations(document)
        var builder = try TreeEnsembleBuilder(
            features: document.features(),
            inputPrecision: .float64,
            accumulation: Accumulation(
                .sumThenBase,
                precision: .float64,
                base: Array(repeating: 0, count: outputCount),
                divisor: document.averagesOutput ? Double(max(1, iterations.count)) : 1
            )
        )
        let first = iterations.lowerBound * outputCount
        for position in first..<(iterations.upperBound * outputCount) {
            let tree = document.trees[position]
            let source = LightGBMSourceTree(
                tree: tree,
                firstCategorySet: try tree.addCategorySets(to: &builder)
            )
            try builder.addTree(source, output: position % outputCount)
        }
        return builder.ensemble(
            transform: try document.transform(),
            source: ModelSource(
                format: .lightGBMText,
                version: document.version,
                objective: document.objective,
                iterationCount: iterations.count
            ),
            readsTinyAsZero: true
        )
    }

    private func chosenIterations(_ document: LightGBMDocument) throws(ModelError) -> Range<Int> {
        let (count, rest) = document.trees.count.quotientAndRemainder(
            dividingBy: document.treesPerIteration
        )
        guard rest == 0 else {
            let message =
                "\(document.trees.count) trees, \(document.treesPerIteration) an iteration"
            throw ModelError(.malformed, message, at: .file)
        }
        guard case .range(let range) = iterations else { return 0..<count }
        guard range.lowerBound >= 0, range.upperBound <= count else {
            let message = "iterations \(range) of a model with \(count)"
            throw ModelError(.unsupported, message, at: .file)
        }
        return range
    }
}
