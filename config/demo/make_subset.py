#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes online_retail_subset.csv.gz: the rows of the whole file from 2011-08-01 on, unchanged.

    config/demo/make_subset.py online_retail.csv.gz config/demo/online_retail_subset.csv.gz

Needs Python 3 alone. The same input gives the same rows (and, with the same zlib, the same bytes).
"""

import csv
import gzip
import sys

FIRST_DAY = "2011-08-01"


def main(source, target):
    with gzip.open(source, "rt", encoding="utf-8", newline="") as rows:
        header = rows.readline()
        time = next(csv.reader([header])).index("InvoiceDate")
        kept = [row for row in rows if next(csv.reader([row]))[time] >= FIRST_DAY]
    # No name and no time in the gzip header, so that nothing but the rows decides the bytes.
    with open(target, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as out:
        out.write((header + "".join(kept)).encode())
    print(f"{len(kept)} rows")


main(*sys.argv[1:])
