// SPDX-License-Identifier: Apache-2.0
import Testing
import TreeEnsembles

/// Damaged files are refused with a place, or read as a model that can predict: they never crash.
struct MutationTests {
    private static let seed: UInt64 = 0x5EED_0F7E_E500_0001
    private static let mutantsPerFile = 400
    private static let files = [
        "xgboost-3.2.0-regression.json", "xgboost-3.2.0-categorical.ubj", "xgboost-3.2.0-texts.ubj",
        "xgboost-1.7.6-dart.json", "lightgbm-4.7.0-linear.txt", "lightgbm-4.7.0-categorical.txt",
        "lightgbm-4.7.0-texts.txt", "onnx-histogram-binary.onnx", "onnx-forest-zipmap.onnx",
        "catboost-1.2.7-multiclass.json", "catboost-1.2.7-lossguide.json",
    ]

    @Test(arguments: files)
    func damagedFilesNeverCrash(_ file: String) throws {
        let bytes = try Fixture(file: file).bytes()
        var random = SplitMix64(state: Self.seed)
        for number in 0..<Self.mutantsPerFile {
            let mutant = mutant(of: bytes, &random)
            do {
                let ensemble = try ModelReader().ensemble(of: mutant)
                let row = ensemble.features.map { _ in Double.nan }
                let prediction = ReferencePredictor(ensemble).prediction(of: row)
                #expect(prediction.count == ensemble.valueCount, "seed \(Self.seed), \(number)")
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }

    /// Whatever is missing at the end of a model is noticed.
    @Test(arguments: files)
    func filesCutShortAreRefused(_ file: String) throws {
        let bytes = try Fixture(file: file).bytes()
        let end = end(of: bytes, file)
        for count in stride(from: 0, to: end, by: 97) {
            #expect(throws: ModelError.self, "\(count) bytes") {
                try ModelReader().ensemble(of: Array(bytes.prefix(count)))
            }
        }
    }

    /// After its trees, LightGBM tells what nobody needs to predict, and ONNX its versions.
    private func end(of bytes: [UInt8], _ file: String) -> Int {
        guard !file.hasSuffix(".onnx") else { return bytes.count - 40 }
        guard file.hasSuffix(".txt") else { return bytes.count }
        let mark = Array("end of trees".utf8)
        return bytes.indices.first { bytes[$0...].starts(with: mark) } ?? 0
    }

    private func mutant(of bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var mutant = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let position = Int.random(in: mutant.indices, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: mutant[position] = UInt8.random(in: .min ... .max, using: &random)
            case 1:
                mutant[position] = "0123456789-[]{},\"e.".utf8.randomElement(using: &random) ?? 0
            case 2:
                let end = min(position + Int.random(in: 1...8, using: &random), mutant.count)
                if end - position < mutant.count { mutant.removeSubrange(position..<end) }
            default:
                let end = min(position + Int.random(in: 1...16, using: &random), mutant.count)
                mutant.insert(contentsOf: mutant[position..<end], at: position)
            }
        }
        return mutant
    }
}

/// A small generator whose seed is printed with a failure.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
