#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs libFuzzer from the corpora in the tree (docs/FUZZING.md).
#   run.sh fuzz TARGET|all SECONDS   search for inputs that break a property
#   run.sh merge TARGET|all          add to the tree the found inputs that reach new code
#   run.sh replay TARGET FILE        run one input
set -eu
cd "$(dirname "$0")/../.."

command=$1 target=$2
build=.build-fuzz
binary=$build/release/sluice-fuzz
# Larger inputs repeat what smaller ones reach.
largest=8192
# An input that takes longer than this, in seconds, or more memory, in MiB, is a finding.
slowest=10 memory=2048

SLUICE_FUZZ=1 swift build -c release --sanitize address --scratch-path "$build" \
    --product sluice-fuzz >&2

# Snapshots are written for each input: memory is faster than a disk.
scratch=$(mktemp -d "$([ -w /dev/shm ] && echo /dev/shm || echo /tmp)/sluice-fuzz.XXXXXX")
trap 'rm -rf "$scratch"' EXIT INT TERM

# The Swift runtime's own crash report would run in place of libFuzzer's.
fuzzer() {
    SLUICE_FUZZ_TARGET=$1 TMPDIR=$scratch SWIFT_BACKTRACE=enable=no \
        "$binary" -timeout=$slowest -rss_limit_mb=$memory "${@:2}"
}

fuzz() {
    found=$build/corpus/$1 crashes=$build/crashes/$1 dictionary=Tests/Fuzz/dictionaries/$1.dict
    mkdir -p "$found" "$crashes"
    if [ -f "$dictionary" ]; then dictionary=-dict=$dictionary; else dictionary=; fi
    echo "fuzzing $1 for $2 s; what it finds goes to $crashes" >&2
    # shellcheck disable=SC2086 # no dictionary, no argument
    fuzzer "$1" -max_total_time="$2" -max_len=$largest -print_final_stats=1 $dictionary \
        -artifact_prefix="$crashes/" "$found" "Tests/Corpora/$1" || {
        newest=$(ls -t "$crashes" | head -n 1)
        echo "$1: a property does not hold; again: make fuzz TARGET=$1 REPLAY=$crashes/$newest" >&2
        return 1
    }
}

merge() {
    [ ! -d "$build/corpus/$1" ] || fuzzer "$1" -set_cover_merge=1 "Tests/Corpora/$1" "$build/corpus/$1"
}

if [ "$target" = all ]; then
    targets=$(ls Tests/Corpora)
else
    targets=$target
fi
if [ "$command" = replay ]; then
    fuzzer "$target" "$3"
else
    failed=
    for each in $targets; do "$command" "$each" "${3:-}" || failed="$failed $each"; done
    [ -z "$failed" ] || { echo "failed:$failed" >&2; exit 1; }
fi
