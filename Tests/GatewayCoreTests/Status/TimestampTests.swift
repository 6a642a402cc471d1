// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import GatewayCore

struct TimestampTests {
    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (951_782_400_007, "2000-02-29T00:00:00.007Z"),
        (1_772_357_400_250, "2026-03-01T09:30:00.250Z"),
    ])
    func writesRFC3339(milliseconds: Int64, text: String) {
        #expect(Timestamp(unixMilliseconds: milliseconds).description == text)
    }
}
