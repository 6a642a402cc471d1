// SPDX-License-Identifier: Apache-2.0

/// The checks that only read the file.
enum StaticChecks {
    static func run(path: String) -> [CheckResult] {
        do throws(PluginError) {
            let inspection = try PluginInspector.inspect(path: path)
            return [note(inspection), abi(inspection), exports(inspection), undefined(inspection)]
                + [searchPaths(inspection)]
        } catch {
            return [CheckResult("note", .fail, error.message)]
        }
    }

    private static func note(_ inspection: PluginInspection) -> CheckResult {
        let note = inspection.note
        guard !note.kinds.isEmpty else {
            return CheckResult("note", .fail, "announces no kind of handler")
        }
        return CheckResult(
            "note",
            .pass,
            "\(note.name) \(note.version), built with \(note.toolchain)"
        )
    }

    private static func abi(_ inspection: PluginInspection) -> CheckResult {
        do throws(PluginError) { try inspection.requireLoadable() } catch {
            return CheckResult("loadable", .fail, error.message)
        }
        return CheckResult("loadable", .pass, "ABI \(inspection.note.abi)")
    }

    private static func exports(_ inspection: PluginInspection) -> CheckResult {
        let exported = inspection.exportedSymbols
        return CheckResult(
            "exports",
            exported == [PluginInspection.entryPoint] ? .pass : .fail,
            "sluice_ symbols: \(exported.joined(separator: ", "))"
        )
    }

    private static func undefined(_ inspection: PluginInspection) -> CheckResult {
        let undefined = inspection.undefinedSymbols
        return CheckResult(
            "undefined symbols",
            undefined.isEmpty ? .pass : .fail,
            undefined.isEmpty ? "none from the host" : undefined.joined(separator: ", ")
        )
    }

    /// A path that exists on the build machine alone finds nothing, or somebody else's library.
    private static func searchPaths(_ inspection: PluginInspection) -> CheckResult {
        let suspicious = inspection.searchPaths.filter { !$0.hasPrefix("$ORIGIN") }
        return CheckResult(
            "search paths",
            suspicious.isEmpty ? .pass : .warn,
            suspicious.isEmpty
                ? "nothing of the build machine"
                : "RUNPATH names \(suspicious.joined(separator: ", ")): build for release without it"
        )
    }
}
