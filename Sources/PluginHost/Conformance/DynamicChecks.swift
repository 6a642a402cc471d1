// SPDX-License-Identifier: Apache-2.0
import CSluice

/// The checks that run the plugin's code.
struct DynamicChecks {
    let path: String
    let settingsJSON: String

    private typealias Session = (image: PluginImage, handlers: [HandlerRegistration])

    /// Runs them in order, telling what is about to run so that a crash can be named.
    func run(_ report: (CheckEvent) -> Void) {
        defer { report(.finished) }
        var session: Session?
        report(.started("registration"))
        do throws(PluginError) {
            let opened = try open()
            session = opened
            report(.result(try registersTheSameTwice(opened.image, opened.handlers)))
        } catch {
            report(.result(CheckResult("registration", .fail, error.message)))
        }
        guard let session else { return }
        report(.started("short host table"))
        report(.result(shortHostTable(session.image)))
        report(.started("longer host table"))
        report(.result(longerHostTable(session.image)))
        for handler in session.handlers {
            HandlerChecks(handler, settingsJSON: settingsJSON).run(report)
        }
    }

    private func open() throws(PluginError) -> Session {
        let file = try SealedFile(copying: path)
        let inspection = try file.inspect()
        try inspection.requireLoadable()
        let image = try PluginImage(file)
        return (image, try register(image, name: inspection.note.name))
    }

    private func register(
        _ image: PluginImage,
        name: String
    ) throws(PluginError) -> [HandlerRegistration] {
        let state = PluginState(name: name, services: SyntheticSnapshot.services())
        return try Registrar.collect(
            image.register,
            host: HostTable.make(for: state),
            state: state
        )
    }

    private func registersTheSameTwice(
        _ image: PluginImage,
        _ first: [HandlerRegistration]
    ) throws(PluginError) -> CheckResult {
        let second = try register(image, name: first.first?.plugin ?? "")
        let isSame = first.map(\.summary) == second.map(\.summary)
        let names = first.map(\.summary).joined(separator: "; ")
        return CheckResult(
            "registration",
            isSame ? .pass : .fail,
            isSame ? names : "registers something else the second time: \(names)"
        )
    }

    /// A host that offers nothing but its head: the plugin must refuse or leave the rest alone.
    private func shortHostTable(_ image: PluginImage) -> CheckResult {
        var table = sluice_host()
        table.struct_size = UInt32(MemoryLayout<sluice_host>.offset(of: \.log) ?? 0)
        table.abi_major = PluginNote.hostABI.major
        let status = register(image, with: Immortal(table).pointer)
        return CheckResult("short host table", .pass, "registration answers \(status)")
    }

    /// A newer host: more fields and a higher minor must not matter.
    private func longerHostTable(_ image: PluginImage) -> CheckResult {
        struct Longer {
            var known = sluice_host()
            var unknown = (UInt64.max, UInt64.max, UInt64.max, UInt64.max)
        }
        let state = PluginState(name: "newer", services: SyntheticSnapshot.services())
        var table = Longer(known: HostTable.make(for: state).pointer.pointee)
        table.known.struct_size = UInt32(MemoryLayout<Longer>.size)
        table.known.abi_minor += 1
        let longer = UnsafeRawPointer(Immortal(table).pointer)
        let status = register(image, with: longer.assumingMemoryBound(to: sluice_host.self))
        return CheckResult(
            "longer host table",
            status == .ok ? .pass : .fail,
            "registration answers \(status)"
        )
    }

    private func register(
        _ image: PluginImage,
        with host: UnsafePointer<sluice_host>
    ) -> HandlerStatus {
        let message = MessageBuffer(capacity: Limits.controlMessageBytes)
        var registrar = sluice_registrar(
            struct_size: UInt32(MemoryLayout<sluice_registrar>.size),
            reserved: 0,
            host_registrar: nil,
            message: message.pointer,
            add_handler: { _, _ in HandlerStatus.ok.rawValue }
        )
        return HandlerStatus(rawValue: image.register(host, &registrar))
    }
}

extension HandlerRegistration {
    fileprivate var summary: String {
        "\(name): \(kind.name), \(execution), \(threading)"
    }
}
