// SPDX-License-Identifier: Apache-2.0

/// Reads what a plugin file is without running any of its code.
package enum PluginInspector {
    /// What the file at `path` says it is.
    ///
    /// Safe on a hostile file: nothing in it is executed.
    ///
    /// - Throws: `PluginError` with the reason: missing, not a regular file, not an ELF file, 32-bit,
    ///   for another machine, without a note, with a damaged note or of another ABI major.
    package static func inspect(path: String) throws(PluginError) -> PluginInspection {
        try SealedFile(copying: path).inspect()
    }
}
