// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

struct FunctionScannerTests {
    @Test func countsFromTheDeclarationToTheClosingBrace() {
        let text = """
            protocol Shape {
                func area() -> Int
            }

            struct Square: Shape {
                init(_ side: Int) { self.side = side }

                func area(
                    of count: Int
                ) -> Int {
                    if count > 0 {
                        return count
                    }
                    return 0
                }
            }
            """
        let file = SourceFile("Square.swift", lines: text.components(separatedBy: "\n"))
        let functions = FunctionScanner(file).functions
        #expect(functions.map(\.place) == ["Square.swift:6", "Square.swift:8"])
        #expect(functions.map(\.lineCount) == [1, 8])
    }

    @Test func findsTheFunctionsOfThisProject() throws {
        let count = try SourceFile.product().filter(\.isSwift)
            .reduce(0) { $0 + FunctionScanner($1).functions.count }
        #expect(count > 1_000)
    }
}
