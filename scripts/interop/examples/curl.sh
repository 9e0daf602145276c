#!/usr/bin/env bash
# Sends spans to the gateway with curl only, and queries them.
set -euo pipefail

gateway=http://127.0.0.1:4318
dashboard=http://127.0.0.1:8080
service=planner

usage() {
  cat <<'USAGE'
usage: curl.sh [--gateway URL] [--dashboard URL] [--service NAME]

Tells of a piece of work as it goes on (started, updated, completed), sends a finished span as
OpenTelemetry would, and asks for both traces until they are there.

  --gateway URL     (default: http://127.0.0.1:4318)
  --dashboard URL   (default: http://127.0.0.1:8080)
  --service NAME    whose work it is (default: planner)

Exit status: 0 both were there within 3 s, 1 they were not, or something was refused.
USAGE
}

while (($# > 0)); do
  case "$1" in
    --gateway) gateway="$2" && shift 2 ;;
    --dashboard) dashboard="$2" && shift 2 ;;
    --service) service="$2" && shift 2 ;;
    --help | -h) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
done

hex() { # BYTES
  od -An -N "$1" -tx1 /dev/urandom | tr -d ' \n'
}

send() { # PATH JSON
  curl -sS --fail-with-body --max-time 10 -H 'Content-Type: application/json' --data-binary "$2" "$gateway$1" >/dev/null
}

lifecycle() { # TYPE FIELDS
  send /v1/trace-events "{\"type\": \"$1\", \"traceId\": \"$trip\", \"serviceName\": \"$service\", \"operationName\": \"plan trip\"$2}"
}

# Waits for a trace in that state.
find_trace() { # ID STATE
  local begun=$EPOCHREALTIME elapsed
  while :; do
    elapsed=$(((${EPOCHREALTIME/[.,]/} - ${begun/[.,]/}) / 1000))
    if curl -sS --max-time 5 "$dashboard/monitoring/traces/$1" | grep -q "\"state\":\"$2\""; then
      echo "trace $1 is $2, seen after $elapsed ms"
      return
    fi
    if ((elapsed > 3000)); then
      echo "trace $1 was not $2 within 3 s" >&2
      exit 1
    fi
    sleep 0.1
  done
}

trip="trip-$(hex 4)"
lifecycle STARTED ''
lifecycle UPDATED ', "progressPercentage": 40, "currentOperation": "comparing flights"'
find_trace "$trip" running
lifecycle COMPLETED ', "durationMicros": 1250000'
find_trace "$trip" completed

order="$(hex 16)"
now=$(date +%s)
send /v1/traces '{
  "resourceSpans": [{
    "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "'"$service"'"}}]},
    "scopeSpans": [{"spans": [{
      "traceId": "'"$order"'", "spanId": "'"$(hex 8)"'", "name": "POST /orders", "kind": 2,
      "startTimeUnixNano": "'"$((now - 1))"'000000000", "endTimeUnixNano": "'"$now"'000000000"}]}]}]}'
find_trace "$order" completed
