// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import SocketActivation

/// The variables of `sd_listen_fds(3)`, and those of a hand-over.
struct PassedDescriptorsTests {
    private func purposes(
        _ environment: [String: String]
    ) throws -> [PassedDescriptors.Purpose] {
        try PassedDescriptors(environment, processIdentifier: 42, parentIdentifier: 7).purposes
    }

    @Test(arguments: [
        (["LISTEN_FDS": "1", "LISTEN_FDNAMES": "data"], []),
        (["LISTEN_PID": "41", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "data"], []),
        (["SLUICE_PREDECESSOR": "8", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "data"], []),
        (["LISTEN_PID": "42"], []),
        (["LISTEN_PID": "42", "LISTEN_FDS": "0"], []),
        (["LISTEN_PID": "42", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "data"], ["data"]),
        (
            ["LISTEN_PID": "42", "LISTEN_FDS": "3", "LISTEN_FDNAMES": "data:control:data"],
            ["data", "control", "data"]
        ),
        (
            ["SLUICE_PREDECESSOR": "7", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "data:predecessor"],
            ["data", "predecessor"]
        ),
    ])
    func whatIsMeantForThisProcessIsTaken(
        environment: [String: String],
        expected: [String]
    ) throws {
        #expect(try purposes(environment).map(\.rawValue) == expected)
    }

    @Test(arguments: [
        ("many", "data", "LISTEN_FDS"), ("-1", "data", "LISTEN_FDS"),
        ("1000000", "data", "LISTEN_FDS"), ("2", "data", "2 names"), ("1", "", "1 names"),
        ("1", "sluice.socket", "`sluice.socket`"), ("2", "control:control", "twice"),
    ])
    func mistakesAreNamed(count: String, names: String, message: String) throws {
        let error = #expect(throws: ActivationError.self) {
            try purposes([
                "LISTEN_PID": "42", "LISTEN_FDS": count, "LISTEN_FDNAMES": names,
            ])
        }
        // One empty name is a name nobody knows.
        #expect(
            error?.description.contains(message) == true || names.isEmpty,
            "\(error?.description ?? "")"
        )
    }
}
