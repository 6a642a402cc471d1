# SPDX-License-Identifier: Apache-2.0
# Picks out of a log of `swift test` what failed: each issue with the first lines of its message, tests
# that a crash left without an end, and last the names alone.

BEGIN {
    # A message may hold a server's whole log.
    messageLinesMax = 12
    lineBytesMax = 400
    print "\nWhat failed:"
}

function show(line) { print "  " substr(line, 1, lineBytesMax) }

# The name in lines such as `✘ Test name() recorded an issue at File.swift:1:2: …`.
function name(line) {
    sub(/^[^ ]+ Test /, "", line)
    sub(/ (with [0-9]+ test cases? )?(started|recorded an issue|passed|failed|skipped)[ .].*$/, "", line)
    return line
}

# Whatever begins with a mark of its own ends a message.
/^(◇|✔|✘|━|➜|\*\*\*|error:|\[[0-9]+\/[0-9]+\])/ { isMessage = 0 }

/^◇ Test .* started\.$/ && !/^◇ Test (run|case)/ { hasBegun[name($0)] = 1 }
/ Test .* (passed|failed) after / { delete hasBegun[name($0)] }

/^✘ Test .* recorded an issue / {
    issueCount++
    failed[name($0)] = 1
    delete hasBegun[name($0)]
    isMessage = 1
    messageLines = 0
}

isMessage && messageLines++ < messageLinesMax { show($0) }
!isMessage && /[Ff]atal error: |Program crashed: |error: .*signal/ { show($0); hasCrashed = 1 }

END {
    if (hasCrashed) for (test in hasBegun) { show("was running: " test); failed[test] = 1 }
    for (test in failed) names = names (names == "" ? "" : ", ") test
    print issueCount + 0 " issues in: " (names == "" ? "no test" : names)
}
