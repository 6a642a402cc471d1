// SPDX-License-Identifier: Apache-2.0
import Foundation
import Hummingbird
import Logging
import Synchronization

/// Serves the live page to browsers of this machine while a run goes on.
final class LiveServer: Sendable {
    /// The last page is there so long after the run, for a browser to fetch and keep.
    static let lingerSeconds = 3

    private let page = Mutex("")
    private let server = Mutex<Task<Void, any Error>?>(nil)

    /// Shows a page from now on.
    func show(_ text: String) { page.withLock { $0 = text } }

    /// Begins to serve; 0 takes any free port.
    ///
    /// - Returns: the port, once it is open.
    /// - Throws: `PortTaken` when it cannot be opened.
    func start(port: Int) async throws -> Int {
        let (opened, note) = AsyncThrowingStream.makeStream(of: Int.self)
        let router = Router()
        router.get("/") { [self] _, _ in response }
        var logger = Logger(label: "loadtest")
        logger.logLevel = .critical
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { note.yield($0.localAddress?.port ?? port) },
            logger: logger
        )
        let task = Task {
            do { try await application.run() } catch {
                note.finish(throwing: PortTaken(port: port))
                throw error
            }
        }
        server.withLock { $0 = task }
        for try await port in opened { return port }
        throw PortTaken(port: port)
    }

    /// Ends serving, a moment after the last page was shown.
    func stop() async {
        try? await Task.sleep(for: .seconds(Self.lingerSeconds))
        server.withLock { $0?.cancel() }
    }

    private var response: Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: page.withLock { $0 }))
        )
    }
}

/// A port that cannot be served at.
struct PortTaken: Error, CustomStringConvertible {
    let port: Int

    var description: String { "--serve: port \(port) of 127.0.0.1 cannot be opened" }
}
