#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes vmis_clicks.tsv and vmis_expected.tsv: random sessions and what VMIS-kNN answers.

An independent, plain reading of the published formula (Kersbergen et al., Serenade, SIGMOD 2022) as its open
source computes it: a bounded set of the most recent sessions from which the oldest gives way, similarities
that add up item by item from the newest on, 1 - 0.1 * position of the newest item in common, and
ln(all items of sessions / sessions with the item). What Serenade leaves to the order of a hash table is
settled here as in Sluice: of equal sessions the later one, of equal items the smaller one, sums from the
most recent neighbour on.
"""

import math
import pathlib
import random

SESSIONS, ITEMS, QUERIES = 400, 60, 120
SETTINGS = [(20, 50), (100, 30), (5, 10), (500, 500)]  # k, m
LAST_ITEMS, LIMIT = 4, 20


def make_clicks(rng):
    clicks = []
    for session in range(1, SESSIONS + 1):
        start = 1_400_000_000 + rng.randrange(0, 300) * 60  # many end in the same second
        center = rng.randrange(ITEMS)
        for step in range(rng.randint(2, 9)):
            item = 100 + (center + int(rng.gauss(0, 6))) % ITEMS
            clicks.append((session, item, start + step))
    return clicks


class Reference:
    def __init__(self, clicks):
        items, times = {}, {}
        for session, item, time in clicks:
            items.setdefault(session, set()).add(item)
            times[session] = max(times.get(session, 0), time)
        ordered = sorted(items, key=lambda session: (times[session], session))
        self.age = {session: rank for rank, session in enumerate(ordered)}
        self.items = items
        self.sessions = {}
        for session in reversed(ordered):
            for item in items[session]:
                self.sessions.setdefault(item, []).append(session)
        total = sum(len(each) for each in items.values())
        self.idf = {item: math.log(total / len(each)) for item, each in self.sessions.items()}

    def neighbours(self, evolving, k, m):
        similarity, seen = {}, set()
        for position, item in enumerate(reversed(evolving)):
            if item in seen:
                continue
            seen.add(item)
            decay = (len(evolving) - position) / len(set(evolving))
            for session in self.sessions.get(item, [])[:m]:
                if session in similarity:
                    similarity[session] += decay
                elif len(similarity) < m:
                    similarity[session] = decay
                else:
                    oldest = min(similarity, key=lambda each: self.age[each])
                    if self.age[session] <= self.age[oldest]:
                        break
                    del similarity[oldest]
                    similarity[session] = decay
        nearest = sorted(similarity, key=lambda each: (-similarity[each], -self.age[each]))[:k]
        nearest.sort(key=lambda each: -self.age[each])
        return [(session, similarity[session]) for session in nearest]

    def predict(self, evolving, k, m):
        scores = {}
        for session, score in self.neighbours(evolving, k, m):
            first = next(i for i, item in enumerate(reversed(evolving)) if item in self.items[session])
            weight = 1.0 - 0.1 * (first + 1)
            for item in self.items[session]:
                scores[item] = scores.get(item, 0.0) + weight * self.idf[item] * score
        scores.pop(evolving[-1], None)
        return sorted(scores, key=lambda item: (-scores[item], item))[:LIMIT]


def main():
    folder = pathlib.Path(__file__).parent
    rng = random.Random(2022)
    clicks = make_clicks(rng)
    rng.shuffle(clicks)
    lines = [f"{session}\t{item}\t{time}.0\n" for session, item, time in clicks]
    (folder / "vmis_clicks.tsv").write_text("SessionId\tItemId\tTime\n" + "".join(lines))
    reference = Reference(clicks)
    expected = []
    for number in range(QUERIES):
        k, m = SETTINGS[number % len(SETTINGS)]
        evolving = [100 + rng.randrange(ITEMS + 3) for _ in range(rng.randint(1, LAST_ITEMS))]
        ranking = reference.predict(evolving, k, m)
        fields = [str(k), str(m), ",".join(map(str, evolving)), ",".join(map(str, ranking))]
        expected.append("\t".join(fields) + "\n")
    (folder / "vmis_expected.tsv").write_text("".join(expected))


if __name__ == "__main__":
    main()
