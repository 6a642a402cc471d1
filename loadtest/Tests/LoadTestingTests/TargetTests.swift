// SPDX-License-Identifier: Apache-2.0
import LoadTesting
import Testing

struct TargetTests {
    @Test(arguments: [
        ("http://127.0.0.1:8080", "127.0.0.1", 8080, "/"),
        ("http://localhost/a?b=c", "localhost", 80, "/a?b=c"),
        ("http://[::1]:99/x", "::1", 99, "/x"),
        ("http://127.1.2.3?q", "127.1.2.3", 80, "/?q"),
        ("https://localhost/s", "localhost", 443, "/s"), ("https://[::1]:99", "::1", 99, "/"),
    ])
    func readsURLs(_ url: String, _ host: String, _ port: Int, _ path: String) throws {
        let target = try #require(Target(url: url))
        #expect((target.host, target.port, target.path) == (host, port, path))
        #expect(target.isLoopback)
    }

    @Test(arguments: [
        "", "https://", "http://", "http://:80", "http://a:b", "http://a:0",
        "http://a:70000", "http://a b", "http://a/b c", "http://[::1", "http://[::1]x", "ftp://a",
        "http://a/\r\nX: y",
    ])
    func refusesWhatIsNoURL(_ url: String) {
        #expect(Target(url: url) == nil)
    }

    @Test(arguments: [
        "http://example.com", "http://10.0.0.1", "http://127.example.com", "http://128.0.0.1",
        "http://1270.0.0.1", "http://127.0.0.1.example.com",
    ])
    func knowsWhatIsNotThisMachine(_ url: String) throws {
        #expect(!(try #require(Target(url: url)).isLoopback))
    }
}
