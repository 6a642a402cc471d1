// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import TreeEnsembles

/// A model with rows and what its library predicted for them (Fixtures/make.py).
struct Fixture: CustomTestStringConvertible {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures")

    let file: String

    var testDescription: String { file }

    static let all: [Fixture] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { name in
            ["json", "ubj", "txt", "onnx"].contains { name.hasSuffix("." + $0) }
        }
        .sorted().map(Fixture.init)
    }()

    private var name: String { String(file.prefix(upTo: file.lastIndex(of: ".") ?? file.endIndex)) }

    func bytes() throws -> [UInt8] {
        [UInt8](try Data(contentsOf: Self.folder.appending(path: file)))
    }

    /// The rows, each with a value per column.
    func rows(columns: Int) throws -> [[Double]] {
        try table(".rows", columns: columns)
    }

    /// For each row its margins, then its predictions.
    func expected(columns: Int) throws -> [[Double]] {
        try table(".expected", columns: columns)
    }

    private func table(_ suffix: String, columns: Int) throws -> [[Double]] {
        let data = [UInt8](try Data(contentsOf: Self.folder.appending(path: name + suffix)))
        let values = data.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
        return stride(from: 0, to: values.count, by: columns).map {
            Array(values[$0..<($0 + columns)])
        }
    }
}
