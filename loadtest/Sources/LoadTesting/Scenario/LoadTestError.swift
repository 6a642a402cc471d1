// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Why a run cannot begin.
package enum LoadTestError: Error, CustomStringConvertible {
    /// The prepared requests would fill the memory.
    case requestsTooLarge(count: Int)
    /// A history without a cart of products that the store sells.
    case noCarts(_ source: String)
    /// Fewer products than a cart's lines.
    case tooFewProducts(count: Int, lines: Int)
    /// A name that leads to no address.
    case unknownHost(_ host: String, _ reason: String)
    /// Certificates that are none.
    case badCertificates(_ file: String, _ reason: String)
    /// The system refused something; an error number.
    case systemCall(_ name: String, Int32)
    /// A file of arrival times that is none; line 0 is the whole file.
    case badTrace(_ path: String, line: Int, _ reason: String)

    /// What went wrong, in one line.
    package var description: String {
        switch self {
        case .requestsTooLarge(let count):
            "\(count) prepared requests are already \(ScenarioLimits.preparedBytes >> 20) MiB; "
                + "ask for less variety or smaller carts"
        case .noCarts(let source):
            "the history of \(source) has no cart of products that the store sells"
        case .tooFewProducts(let count, let lines):
            "a cart of \(lines) different products needs a store with more than \(count)"
        case .unknownHost(let host, let reason): "the host \(host): \(reason)"
        case .badCertificates(let file, let reason): "\(file) holds no certificates: \(reason)"
        case .systemCall(let name, let number):
            "\(name): \(String(cString: strerror(number)))"
        case .badTrace(let path, let line, let reason):
            line == 0 ? "\(path): \(reason)" : "\(path):\(line): \(reason)"
        }
    }
}
