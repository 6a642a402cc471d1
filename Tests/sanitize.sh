#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the test suite under a sanitizer (docs/FUZZING.md).
#   sanitize.sh address|thread [FILTER]
set -eu
cd "$(dirname "$0")/.."

sanitizer=$1 filter=${2:-.} link=
case $sanitizer in
address) scratch=.build-asan ;;
thread)
    scratch=.build-tsan
    # The runtime keeps to itself what the plugins need of the executable that loads them.
    for symbol in external_write ignore_thread_begin ignore_thread_end; do
        link="$link -Xlinker --export-dynamic-symbol=__tsan_$symbol"
    done
    # Into everything that is linked, for it calls Swift's Mutex.
    mutex=$PWD/$scratch/contended_mutex.o
    mkdir -p "$scratch"
    clang -O1 -fPIC -fvisibility=hidden -c Tests/Support/Sanitizers/contended_mutex.c -o "$mutex"
    link="$link -Xlinker $mutex"
    ;;
*) echo "expected address or thread, got $sanitizer" >&2; exit 64 ;;
esac

# shellcheck disable=SC2086 # several flags or none
swift build --build-tests --sanitize "$sanitizer" --scratch-path "$scratch" $link

# The Swift runtime's own crash report would run in place of the sanitizer's.
export SWIFT_BACKTRACE=enable=no
# What the tests start is sanitized too and ends with this status when it reports something.
common=exitcode=99:halt_on_error=1
export ASAN_OPTIONS=$common:detect_leaks=${LEAKS:-0}:suppressions=$PWD/Tests/address-sanitizer.supp
export TSAN_OPTIONS=$common:suppressions=$PWD/Tests/thread-sanitizer.supp

exec Tests/run.sh --skip-build --sanitize "$sanitizer" --scratch-path "$scratch" --filter "$filter"
