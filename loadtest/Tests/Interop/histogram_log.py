# SPDX-License-Identifier: Apache-2.0
"""What the official Python library (PyPI `hdrhistogram`) reads from an interval log, and writes into one.

    histogram_log.py read LOG      prints tag, second, count and percentiles of each line as JSON
    histogram_log.py write LOG     writes a log; `python-hdrhistogram.hlog` beside this file is one
"""
import json
import random
import sys

from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader

PERCENTILES = [50, 90, 95, 99, 99.9, 99.99, 100]


def empty():
    return HdrHistogram(256, 3_600_000_000_000, 3)


def described(histogram):
    values = [histogram.get_value_at_percentile(p) for p in PERCENTILES]
    return {"count": histogram.get_total_count(), "values": values}


def read(path):
    reader = HistogramLogReader(path, empty())
    rows = []
    while histogram := reader.get_next_interval_histogram():
        # The reader sets the times of a line in milliseconds since 1970.
        start = histogram.get_start_time_stamp() / 1000 - reader.get_start_time_sec()
        rows.append({"tag": histogram.get_tag(), "second": round(start), **described(histogram)})
    reader.close()
    return rows


def write(path):
    random.seed(4)
    expected = []
    with open(path, "w") as log:
        log.write("#[Histogram log format version 1.3]\n")
        log.write("#[StartTime: 1700000000.000 (seconds since epoch)]\n")
        for second, (scale, count) in enumerate([(1e5, 3000), (1e7, 500), (5e9, 50), (1, 1)]):
            histogram = empty()
            for _ in range(count):
                histogram.record_value(min(int(random.expovariate(1 / scale)), 3_600_000_000_000))
            payload = histogram.encode().decode()
            log.write(f"Tag=route|-|7|model|scheduled,{second}.000,1.000,0.000,{payload}\n")
            expected.append(described(histogram))
        log.write("#" + json.dumps(expected) + "\n")


if __name__ == "__main__":
    if sys.argv[1] == "read":
        print(json.dumps(read(sys.argv[2])))
    else:
        write(sys.argv[2])
