# For the tests of scripts: sourced by each of them.
set -euo pipefail
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0

# check NAME COMMAND... - the command must succeed.
check() {
    local name=$1
    shift
    if "$@" >"$scratch/.output" 2>&1; then
        echo "ok: $name"
    else
        echo "FAILED: $name"
        sed 's/^/    /' "$scratch/.output"
        failures=$((failures + 1))
    fi
}

# expect_exit CODE COMMAND... - the command must end with that code; its output goes on to standard output.
expect_exit() {
    local expected=$1 code=0
    shift
    "$@" || code=$?
    [ "$code" = "$expected" ] || { echo "exit code $code, expected $expected: $*"; return 1; }
}

finish() { [ $failures -eq 0 ] || { echo "$failures failed in $(basename "$0")"; exit 1; }; }
