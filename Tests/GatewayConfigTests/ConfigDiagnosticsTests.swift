// SPDX-License-Identifier: Apache-2.0

import GatewayConfig
import Testing
import YAMLDecoding

/// One mistake in the minimal configuration and the first line and place of what is told.
struct Mistake: CustomTestStringConvertible {
    let old: String
    let new: String
    let head: String
    let place: String
    let help: String?

    init(_ old: String, _ new: String, _ head: String, _ place: String, help: String? = nil) {
        self.old = old
        self.new = new
        self.head = head
        self.place = place
        self.help = help
    }

    var testDescription: String { new }
}

@Suite struct ConfigDiagnosticsTests {
    private static let names = "its versions are 1"

    @Test(arguments: [
        Mistake(
            "{\"1\": 10000}",
            "{\"1\": 9000}",
            "error[C031]: the weights sum to 9000 basis points, must be 10000",
            "6:47"
        ),
        Mistake(
            "{\"1\": 10000}",
            "{\"1\": 5000, \"3\": 5000}",
            "error[C032]: `weights` names version `3`, which the model does not have",
            "6:53",
            help: names
        ),
        Mistake(
            "stable: \"1\"",
            "stable: \"2\"",
            "error[C032]: `stable` names version `2`, which the model does not have",
            "5:13",
            help: names
        ),
        Mistake(
            "model: pricing",
            "model: pricng",
            "error[C033]: `prices` names the model `pricng`, which does not exist",
            "8:26",
            help: "did you mean `pricing`?"
        ),
        Mistake(
            "model: pricing",
            "model: database",
            "error[C033]: `prices` names the model `database`, which does not exist",
            "8:26",
            help: "the models are pricing"
        ),
        Mistake(
            "kind: price",
            "kind: recommend",
            "error[C034]: `prices` needs a model of kind `price`, `pricing` is of `recommend`",
            "8:26"
        ),
        Mistake(
            "routes:",
            "server: {port: 9090}\nroutes:",
            "error[C035]: both planes are to listen on port 9090",
            "8:16"
        ),
        Mistake(
            "routes:",
            "plugins: [{path: x.so}]\nroutes:",
            "error[C036]: a plugin needs `sha256` or `sha256_file`",
            "8:11",
            help: "make a checksum file with `sha256sum lib*Plugin.so > plugins.sha256`"
        ),
        Mistake(
            "routes:",
            "plugins: [{path: x.so, sha256: abc}]\nroutes:",
            "error[C010]: `sha256` must be 64 hex digits, found `abc`",
            "8:32"
        ),
        Mistake(
            "{model: pricing}",
            "{model: pricing, budget: 0ms}",
            "error[C014]: `budget` must be a duration from 1ms to 10s, found `0ms`",
            "8:43"
        ),
        Mistake(
            "{model: pricing}",
            "{model: pricing, guard: {floor_basis_points: 30000}}",
            "error[C037]: the guard's floor must be below its ceiling",
            "8:63"
        ),
        Mistake(
            "versions: {\"1\"",
            "versions: {\"1\": {plugin: p, handler: h}, v2",
            "error[C010]: the key `v2` must be a version number such as \"1\"",
            "7:46"
        ),
        Mistake(
            "salt: s",
            "salt: sälz",
            "error[C010]: `salt` must be printable ASCII without blanks, found `sälz`",
            "6:19"
        ),
        Mistake(
            "layer: l",
            "layer: s",
            "error[C040]: `layer` must differ from the split's `salt`",
            "6:29"
        ),
        Mistake(
            "salt: s",
            "salt: holdout",
            "error[C040]: `salt` must differ from the holdout's `salt`",
            "6:19"
        ),
        Mistake(
            "layer: l",
            "layer: l, layer_buckets: [5000, 5000]",
            "error[C037]: `layer_buckets` must be `[first, end]` with `first` below `end`",
            "6:47"
        ),
        Mistake(
            "layer: l",
            "layer: l, layer_buckets: [0, 10001]",
            "error[C014]: `layer_buckets[1]` must be a whole number from 0 to 10000, found `10001`",
            "6:51"
        ),
        Mistake(
            "layer: l",
            "layer: l, unit: []",
            "error[C014]: `unit` needs at least one entry",
            "6:38"
        ),
        Mistake(
            "layer: l",
            "layer: l, unit: [custmer_id]",
            "error[C015]: `unit[0]` must be one of customer_id, session_id, shop, "
                + "found `custmer_id`",
            "6:39",
            help: "did you mean `customer_id`?"
        ),
        Mistake(
            "handler: list-price",
            "handler: h, execution: inline, pool: {}",
            "error[C038]: `pool` has no use: the handler runs inline",
            "7:70"
        ),
        Mistake(
            "handler: list-price",
            "handler: h, execution: isolated, pool: {}",
            "error[C038]: `pool` has no use: the handler runs isolated",
            "7:72"
        ),
        Mistake(
            "handler: list-price",
            "handler: h, execution: pooled, worker: {}",
            "error[C038]: `worker` has no use: the handler runs pooled",
            "7:70"
        ),
        Mistake(
            "handler: list-price",
            "handler: h, worker: {memory: 1MiB}",
            "error[C014]: `memory` must be a size in bytes from 64MiB to 1024GiB, found `1MiB`",
            "7:68"
        ),
        Mistake(
            "handler: list-price",
            "handler: h, worker: {calls_in_flight: 65}",
            "error[C014]: `calls_in_flight` must be a whole number from 1 to 64, found `65`",
            "7:77"
        ),
        Mistake(
            "handler: list-price",
            "handler: h, worker: {restart_minimum: 20s}",
            "error[C037]: `restart_minimum` must not be longer than `restart_maximum`",
            "7:77"
        ),
        Mistake(
            "handler: list-price",
            "handler: h, pool: {threads: 0}",
            "error[C014]: `threads` must be a whole number from 1 to 64, found `0`",
            "7:67"
        ),
        Mistake(
            "directory: snapshots",
            "directory: ${STORE}",
            "error[C004]: the file is not YAML: did not find expected ',' or '}'",
            "1:25",
            help: "inside [ ] and { } a variable needs quotes: \"${NAME}\""
        ),
        Mistake(
            "directory: snapshots",
            "directory: \"${STORE}\"",
            "error[C016]: the environment has no `STORE`",
            "1:24",
            help: "set STORE, or give a default: ${STORE:-value}"
        ),
        Mistake(
            "pricing:\n",
            "Pricing Model:\n",
            "error[C010]: the key `Pricing Model` must be a name of lower-case letters, digits, "
                + "`-` and `_`",
            "3:3"
        ),
        Mistake(
            "routes:",
            "server: {drain: {linger: 40s}}\nroutes:",
            "error[C037]: `linger` must not be longer than `timeout`",
            "8:26"
        ),
        Mistake(
            "routes:",
            "server: {overload: {target: 30ms}}\nroutes:",
            "error[C037]: `interval` must not be shorter than `target`",
            "8:20"
        ),
        Mistake(
            "    split:",
            "    breaker: {open_minimum: 400s}\n    split:",
            "error[C037]: `open_minimum` must not be longer than `open_maximum`",
            "6:29"
        ),
        Mistake(
            "    split:",
            "    breaker: {trials: 1}\n    split:",
            "error[C037]: `trials_in_flight` must not be more than `trials`",
            "6:14"
        ),
        Mistake(
            "snapshots: {",
            "snapshot: {",
            "error[C011]: the file needs the key `snapshots`",
            "1:1"
        ),
    ])
    func eachMistakeIsNamedAtItsPlace(_ mistake: Mistake) {
        precondition(minimal.contains(mistake.old))
        let text = rendered(
            minimal.replacing(mistake.old, with: mistake.new, maxReplacements: 1)
        )
        let head = "\(mistake.head)\n  --> sluice.yaml:\(mistake.place)\n"
        #expect(text.hasPrefix(head), "\(text)")
        if let help = mistake.help { #expect(text.contains("  help: \(help)\n"), "\(text)") }
    }

    @Test func aPluginIsListedOnceWithOneChecksum() {
        let hash = String(repeating: "0", count: 64)
        let yaml =
            minimal + """
                plugins:
                  - {path: a.so, sha256: "\(hash)"}
                  - {path: ./a.so, sha256_file: sums}
                """
        #expect(
            rendered(yaml) == """
                error[C039]: `plugins` lists /etc/sluice/a.so twice
                  --> sluice.yaml:11:5
                   11 |   - {path: ./a.so, sha256_file: sums}
                      |     ^
                  note: first listed here
                  --> sluice.yaml:10:5
                   10 |   - {path: a.so, sha256: "\(hash)"}
                      |     ^

                1 error

                """
        )
        let both = minimal + "plugins: [{path: a.so, sha256: \"\(hash)\", sha256_file: b}]\n"
        #expect(load(both).diagnostics.map(\.code) == [.checksum])
    }

    @Test func splitsCiteEveryWeight() {
        let yaml = Sample.replacing(
            "weights: {\"1\": 5000, \"2\": 5000}",
            with: "weights: {\"1\": 6000, \"2\": 50%}"
        )
        #expect(
            rendered(yaml) == """
                error[C031]: the weights sum to 11000 basis points, must be 10000
                  --> sluice.yaml:92:22
                   92 |       weights: {"1": 6000, "2": 50%}  # must sum to 10000
                      |                      ^^^^
                  note: and version `2` here
                  --> sluice.yaml:92:33
                   92 |       weights: {"1": 6000, "2": 50%}  # must sum to 10000
                      |                                 ^^^

                1 error

                """
        )
    }

    @Test func allMistakesOfAFileAreToldTogether() {
        let yaml = """
            server: {prot: 1, limits: {body_bytes: 1KB}}
            log: {level: warn}
            snapshots: {keep: 0}
            models:
              pricing:
                kind: prices
                stable: "3"
                split: {salt: s, layer: l, weights: {"1": 1}}
                versions: {"1": {plugin: pricing}}
            routes: {prices: {model: prices}}
            """
        let codes = load(yaml).diagnostics.map(\.code.description)
        #expect(
            codes == [
                "C012", "C010", "C015", "C011", "C014", "C015", "C032", "C031", "C011", "C033",
            ]
        )
    }

    @Test func aModelThatFailsToDecodeIsNotCalledMissing() {
        let yaml = minimal.replacing("kind: price", with: "kind: prce")
        #expect(load(yaml).diagnostics.map(\.code) == [.unknownChoice])
    }
}
