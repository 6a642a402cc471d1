// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import ControlPlane

struct OverloadWatchTests {
    private static let second: UInt64 = 1_000_000_000

    /// Looks of one second each, and what they tell.
    @Test(
        arguments: [
            ([], []),
            ([false, false], [nil, nil]),
            ([true, true], [.began, nil]),
            (
                [true, false, false, false, false, false, false],
                [.began, nil, nil, nil, nil, .ended(afterNanoseconds: 0), nil]
            ),
            (
                [true, true, true, false, true, false, false, false, false, false],
                [.began] + [OverloadWatch.Event?](repeating: nil, count: 8)
                    + [.ended(afterNanoseconds: 4 * second)]
            ),
        ] as [([Bool], [OverloadWatch.Event?])]
    )
    func tellsBeginAndEndOnce(looks: [Bool], events: [OverloadWatch.Event?]) {
        var watch = OverloadWatch()
        let told = looks.enumerated().map { index, isOverloaded in
            watch.look(
                isOverloaded: isOverloaded,
                overloadCount: looks[...index].contains(true) ? 1 : 0,
                now: UInt64(index) * Self.second
            )
        }
        #expect(told == events)
    }

    @Test func anOverloadBetweenTwoLooksIsToldOf() {
        var watch = OverloadWatch()
        #expect(watch.look(isOverloaded: false, overloadCount: 0, now: 0) == nil)
        #expect(watch.look(isOverloaded: false, overloadCount: 3, now: Self.second) == .began)
        #expect(watch.look(isOverloaded: false, overloadCount: 3, now: 2 * Self.second) == nil)
    }
}
