// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import SocketActivation

/// What a service manager and other programs get to read.
struct ServiceManagerTests {
    private func receiver(at path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let size = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        }
        try #require(bound == 0)
        return descriptor
    }

    @Test(arguments: ["@sluice-test-\(getpid())", "/tmp/sluice-test-\(getpid()).socket"])
    func isToldOverItsSocket(path: String) throws {
        let descriptor = try receiver(at: path)
        defer {
            close(descriptor)
            unlink(path)
        }
        let manager = ServiceManager(environment: ["NOTIFY_SOCKET": path])
        manager.ready()
        manager.reloading()
        manager.mainProcess(4_711)
        manager.stopping()
        var messages: [String] = []
        for _ in 0..<4 {
            var bytes = [UInt8](repeating: 0, count: 256)
            let count = recv(descriptor, &bytes, bytes.count, 0)
            messages.append(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self))
        }
        #expect(messages[0] == "READY=1")
        #expect(messages[1].hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
        #expect(messages[2] == "MAINPID=4711")
        #expect(messages[3] == "STOPPING=1")
    }

    @Test(arguments: ["", "relative", "/" + String(repeating: "x", count: 200), "/no/such"])
    func whatCannotBeToldIsDropped(path: String) {
        ServiceManager(environment: ["NOTIFY_SOCKET": path]).ready()
        ServiceManager(environment: [:]).ready()
    }

    @Test func aProcessFileNamesThisProcessUntilAnotherIsIn() throws {
        let path = "/tmp/sluice-test-\(getpid()).pid"
        let file = PIDFile(path: path)
        try "1\n".write(toFile: path, atomically: true, encoding: .utf8)
        try file.write()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "\(getpid())\n")
        try "1\n".write(toFile: path, atomically: true, encoding: .utf8)
        file.remove()
        #expect(FileManager.default.fileExists(atPath: path))
        try file.write()
        file.remove()
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(throws: SystemError.self) { try PIDFile(path: "/no/such/folder/pid").write() }
    }
}
