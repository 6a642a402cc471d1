#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what the build needs beside Swift: LMDB, OpenSSL's libcrypto, zlib, and curl for the demo.
set -eu

command -v swift > /dev/null || {
    echo "error: no swift on PATH; install Swift 6.3 (https://www.swift.org/install/linux/)" >&2
    exit 1
}
missing=""
[ -e /usr/include/lmdb.h ] || missing="$missing liblmdb-dev"
[ -e /usr/include/openssl/evp.h ] || missing="$missing libssl-dev"
[ -e /usr/include/zlib.h ] || missing="$missing zlib1g-dev"
command -v curl > /dev/null || missing="$missing curl"
[ -n "$missing" ] || exit 0

if ! command -v apt-get > /dev/null; then
    echo "error: these Debian packages (or your system's equivalents) are missing:$missing" >&2
    exit 1
fi
as_root=""
if [ "$(id -u)" != 0 ]; then
    command -v sudo > /dev/null || {
        echo "error: not root and no sudo; ask an administrator to run: apt-get install$missing" >&2
        exit 1
    }
    as_root=sudo
fi
echo "installing$missing" >&2
$as_root apt-get update -qq
# shellcheck disable=SC2086 # one word per package
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >&2
