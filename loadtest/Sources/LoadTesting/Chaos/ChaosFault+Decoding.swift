// SPDX-License-Identifier: Apache-2.0
import YAMLDecoding

extension ChaosFault {
    private enum Word: String, CaseIterable {
        case stop, kill, restart, config, snapshot
        case killWorker = "kill_worker"
        case damagedSnapshot = "damaged_snapshot"
    }

    /// Decodes a fault; nil after an error is reported.
    package init?(_ object: ObjectDecoder) {
        let word = object.required("fault", .choice(Word.self))
        let start = object.required("at", .duration(in: .zero...ScenarioLimits.duration.upperBound))
        let length = object.optional("for", .duration(in: ScenarioLimits.duration))
        let name = object.optional("name", .identifier)
        guard let word, let start, let action = Self.action(word, object) else { return nil }
        self.init(
            name: name ?? word.rawValue,
            atSeconds: start / .seconds(1),
            forSeconds: length.map { $0 / .seconds(1) },
            action: action
        )
        guard length != nil, !action.isLasting else { return }
        let message = "`\(word.rawValue)` is over at once: it lasts for no time"
        object.report(.wrongSetting, message, at: object.keySpan(of: "for"))
    }

    private static func action(_ word: Word, _ object: ObjectDecoder) -> Action? {
        guard word != .snapshot else {
            let store = object.required("store", .path)
            let id = object.required("snapshot", .identifier)
            guard let store, let id else { return nil }
            return .snapshot(store: store, id: id)
        }
        guard word != .damagedSnapshot else {
            return object.required("store", .path).map { .damagedSnapshot(store: $0) }
        }
        guard let pidFile = object.required("pid_file", .path) else { return nil }
        switch word {
        case .stop: return .stop(pidFile: pidFile)
        case .kill: return .kill(pidFile: pidFile)
        case .killWorker: return .killWorker(pidFile: pidFile)
        case .restart: return .restart(pidFile: pidFile)
        case .config, .snapshot, .damagedSnapshot:
            return change(object).map { .config($0, pidFile: pidFile) }
        }
    }

    /// `config` with the file that takes its place (`with`), or with `find` and `replace`.
    private static func change(_ object: ObjectDecoder) -> ConfigChange? {
        let path = object.required("config", .path)
        let file = object.optional("with", .path)
        let find = object.optional("find", .string)
        let replace = object.optional("replace", .anyString)
        guard let path else { return nil }
        if let file, find == nil, replace == nil {
            return ConfigChange(path: path, replacement: .file(file))
        }
        if let find, let replace, file == nil {
            return ConfigChange(path: path, replacement: .text(find, by: replace))
        }
        let message = "a `config` fault needs either `with`, or `find` and `replace`"
        object.report(.wrongSetting, message, at: object.span)
        return nil
    }

    /// Reports faults of one name: an assertion could not tell them apart.
    static func checkNames(_ faults: [ChaosFault], _ object: ObjectDecoder) {
        var names = Set<String>()
        for fault in faults where !names.insert(fault.name).inserted {
            let message = "two faults are called `\(fault.name)`; give one a `name`"
            object.report(.sameName, message, at: object.span(of: "chaos"))
        }
    }
}
