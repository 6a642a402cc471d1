// SPDX-License-Identifier: Apache-2.0

extension String {
    /// The text with everything a terminal would act on replaced; tabs stay.
    ///
    /// What a diagnostic quotes comes from the file, and a control there may be the problem itself.
    var shown: String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: unicodeScalars.map { Self.isActedOn($0) ? "\u{FFFD}" : $0 })
        return String(text)
    }

    private static func isActedOn(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: scalar != "\t"
        default: false
        }
    }
}
