#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The main job on real data: build a snapshot of the demo store, serve it, ask as a checkout and as a
# recommendation widget. Serves until Ctrl-C; with ONCE=1 it stops after the replies.
set -eu
cd "$(dirname "$0")/../.."

sluice=.build/release/sluice
port=${PORT:-8080}
control=${CONTROL_PORT:-9090}

"$sluice" snapshot build --source config/demo/source.yaml --out .sluice/snapshots --publish

"$sluice" serve --config config/sluice.yaml --port "$port" --control-port "$control" &
server=$!
stop() {
    if kill -TERM "$server" 2> /dev/null; then
        printf '\nstopping: the gateway drains for some seconds (server.drain)\n' >&2
    fi
    wait "$server" || true
}
trap 'stop; exit 130' INT TERM

ready() { # and it is this gateway that answers, not another one on the same port
    curl -sf -o /dev/null "http://127.0.0.1:$control/readyz" &&
        curl -sf "http://127.0.0.1:$control/api/status" | grep -q "\"pid\":$server[,}]"
}
attempts=0
until ready; do
    attempts=$((attempts + 1))
    if [ "$attempts" -ge 100 ] || ! kill -0 "$server" 2> /dev/null; then
        echo "error: the gateway did not start; if a port is taken, choose others with PORT= and CONTROL_PORT=" >&2
        stop
        exit 1
    fi
    sleep 0.1
done

ask() { # title, then curl's arguments
    printf '\n── %s\n' "$1"
    shift
    curl -sS -i --max-time 5 "$@"
    echo
}

# Each pair has one of both versions.
for shopper in 13047 14688; do
    ask "checkout: shopper $shopper asks for two prices" \
        -H 'content-type: application/json' "http://127.0.0.1:$port/v1/prices" -d "{
        \"shop\":\"demo.myshopify.com\",\"currency\":\"GBP\",\"customer_id\":\"$shopper\",
        \"lines\":[{\"id\":\"1\",\"variant_id\":\"85123A\",\"quantity\":64},
                   {\"id\":\"2\",\"variant_id\":\"22423\",\"quantity\":2}]}"
done
for session in c-1 c-2; do
    ask "widget: session $session looks at a cake stand" \
        "http://127.0.0.1:$port/v1/recommendations?shop=demo.myshopify.com&product_id=22423&session_id=$session&limit=5"
done

printf '\nThe gateway answers on http://127.0.0.1:%s, its status page is http://127.0.0.1:%s/\n' \
    "$port" "$control"
if [ "${ONCE:-}" = 1 ]; then
    stop
    exit 0
fi
echo "Ctrl-C stops it."
wait "$server"
