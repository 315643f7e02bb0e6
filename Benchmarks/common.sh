# What the benchmarks share: the binary, the binlog files, a scratch folder with private servers. To be sourced from
# the project's folder.
. scripts/private-servers.sh

replicator=$PWD/.build/release/replicator
[ -x "$replicator" ] || die "no $replicator: run make build first"

# Row changes in each of the files.
changes=500000
folder=$PWD/.build/bench

title() { printf '\n== %s\n' "$*"; }

# use_scratch: sets `scratch` to a folder that is gone when the script ends, with every server of `servers` (pids, in it).
use_scratch() {
    servers=()
    scratch=$(mktemp -d "${TMPDIR:-/tmp}/replicator-bench.XXXXXX")
    trap 'for pid in "${servers[@]}"; do end_process "$pid" "$scratch" KILL; done; rm -rf "$scratch"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
}

# make_files: the binlog files, made once, and anew when generate.sql changes.
make_files() (
    stamp=$(cat Benchmarks/{generate,procedures,tables}.sql | cksum)
    [ "$(cat "$folder/stamp" 2>/dev/null)" != "$stamp" ] || exit 0
    echo "making the binlog files in $folder (once, about half a minute)"
    rm -rf "$folder"
    mkdir -p "$folder/bulk" "$folder/small"
    use_scratch
    start_mariadb "$scratch"
    servers+=("$mariadb_pid")
    mariadb --no-defaults -u root -S "$mariadb_socket" --default-character-set=utf8mb4 <Benchmarks/generate.sql
    cp "$scratch/data/binlog.000002" "$folder/bulk/binlog.000001"
    cp "$scratch/data/binlog.000004" "$folder/small/binlog.000001"
    printf '%s\n' "$stamp" >"$folder/stamp"
)

# make_workload W: the binlog file of Benchmarks/workloads/W.sql, made once, and anew when that changes. It is the
# largest of those that the server writes. Sets `binlog`.
make_workload() {
    binlog=$folder/$1/binlog.000001
    local sql=Benchmarks/workloads/$1.sql stamp
    stamp=$(cat "$sql" Benchmarks/procedures.sql Benchmarks/tables.sql | cksum)
    [ "$(cat "$folder/$1/stamp" 2>/dev/null)" != "$stamp" ] || return 0
    echo "making $binlog (once; up to two minutes, and 6 GB in ${TMPDIR:-/tmp})"
    rm -rf "${folder:?}/$1"
    mkdir -p "$folder/$1"
    (
        use_scratch
        start_mariadb "$scratch" --innodb-flush-log-at-trx-commit=0 --innodb-buffer-pool-size=512M --max-binlog-size=1G \
            --innodb-log-file-size=256M --binlog-cache-size=1M
        servers+=("$mariadb_pid")
        mariadb --no-defaults -u root -S "$mariadb_socket" --default-character-set=utf8mb4 <"$sql"
        # shellcheck disable=SC2012  # the server names them
        mv "$(ls -S "$scratch"/data/binlog.0* | head -n 1)" "$binlog"
    )
    printf '%s\n' "$stamp" >"$folder/$1/stamp"
}

# median FILE FIELD, percentile FILE FIELD PERCENT: of a column of numbers, separated by blanks
median() {
    cut -d ' ' -f "$2" "$1" | sort -n | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}
percentile() {
    cut -d ' ' -f "$2" "$1" | sort -n | awk -v p="$3" '{ v[NR] = $1 } END { i = int(NR * p / 100 + 0.999999); print v[i < 1 ? 1 : i] }'
}
