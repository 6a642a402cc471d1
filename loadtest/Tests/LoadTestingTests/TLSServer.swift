// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// A server with TLS and a certificate of its own making: `openssl s_server`.
final class TLSServer {
    let port: Int
    /// PEM file of the certificate, which is its own authority.
    let certificate: String

    private let folder: URL
    private let process: Process

    /// A server whose certificate has an alternative name such as `IP:127.0.0.1`.
    init(name: String, isExpired: Bool) throws {
        folder = URL(filePath: NSTemporaryDirectory()).appending(path: "tls-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        certificate = folder.appending(path: "certificate.pem").path
        let key = folder.appending(path: "key.pem").path
        try Self.makeCertificate(name, year: isExpired ? 2020 : 2099, key, certificate, in: folder)
        let output = folder.appending(path: "output").path
        process = try Self.openssl(
            ["s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key, "-www"],
            output: output
        )
        port = try #require(Self.port(of: output, process), "openssl s_server did not begin")
    }

    func stop() {
        // It was started with the signals of a test's thread blocked, SIGTERM among them.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    /// `openssl req -x509` makes no expired certificates; a small authority does.
    private static func makeCertificate(
        _ name: String,
        year: Int,
        _ key: String,
        _ certificate: String,
        in folder: URL
    ) throws {
        let settings = folder.appending(path: "settings").path
        let request = folder.appending(path: "request.pem").path
        try Data(configuration(name, folder.path).utf8).write(to: URL(filePath: settings))
        try Data().write(to: folder.appending(path: "index"))
        try Data("01\n".utf8).write(to: folder.appending(path: "serial"))
        try succeed([
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-config", settings, "-keyout", key, "-out", request, "-subj", "/CN=stub",
        ])
        try succeed([
            "ca", "-batch", "-selfsign", "-notext", "-config", settings, "-keyfile", key, "-in",
            request, "-out", certificate, "-startdate", "20200101000000Z", "-enddate",
            "\(year)0102000000Z",
        ])
    }

    private static func configuration(_ name: String, _ folder: String) -> String {
        """
        [ca]
        default_ca = stub
        [stub]
        database = \(folder)/index
        serial = \(folder)/serial
        new_certs_dir = \(folder)
        default_md = sha256
        policy = any
        x509_extensions = names
        [any]
        commonName = supplied
        [names]
        subjectAltName = \(name)
        basicConstraints = critical, CA:true
        [req]
        distinguished_name = name
        [name]
        """
    }

    private static func succeed(_ arguments: [String]) throws {
        let process = try openssl(arguments)
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(arguments[0]) failed")
    }

    /// Starts a command with nothing to read and nobody to write to.
    ///
    /// Output goes to a file: a pipe's other end may be held by a process that another test starts at
    /// the same moment, and then it never ends.
    private static func openssl(_ arguments: [String], output: String? = nil) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        if let output {
            _ = FileManager.default.createFile(atPath: output, contents: nil)
            process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
        }
        try process.start()
        return process
    }

    /// Waits for the line `ACCEPT 127.0.0.1:12345`; nil when the process ends or a minute passes.
    private static func port(of output: String, _ process: Process) -> Int? {
        for _ in 0..<6_000 {
            let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
            if let match = text.firstMatch(of: /ACCEPT \S*:(\d+)\n/) { return Int(match.1) }
            guard process.isRunning else { return nil }
            usleep(10_000)
        }
        return nil
    }
}
