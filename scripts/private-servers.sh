# Private servers for the demo and the benchmark: on loopback, at ports that the system chooses, with all their files
# in a scratch folder. To be sourced. Each function dies with a message, the end of the server's log before it.
#
# A process started here is known by its pid *and* by the scratch folder in its command line, so that ending it can
# never hit another one that has the pid by then.

# Where mariadbd is, which Debian has on the PATH of root only.
PATH=$PATH:/usr/sbin

die() { printf '%s: error: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

free_port() {
    # perl-base is on every Debian.
    perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport'
}

is_alive() { # PID FOLDER: that process lives, and has FOLDER in its command line
    [ -n "$1" ] && tr '\0' '\n' 2>/dev/null <"/proc/$1/cmdline" | grep -qF -- "$2"
}

is_gone() { # PID: no such process, or one that only waits for its parent to notice
    ! grep -q '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$1/status" 2>/dev/null
}

# end_process PID FOLDER [SIGNAL]: sends SIGNAL (TERM) and waits until it is gone; after 20 s it is killed.
end_process() {
    is_alive "$1" "$2" || return 0
    kill "-${3:-TERM}" "$1" 2>/dev/null || true
    local deadline=$((SECONDS + 20))
    # While a process ends, its command line is gone before its files are closed.
    until is_gone "$1"; do
        [ $SECONDS -lt $deadline ] || { kill -KILL "$1" 2>/dev/null || true; deadline=$((SECONDS + 20)); }
        sleep 0.05
    done
}

# start_server LOG COMMAND...: in a session of its own, so that a Ctrl-C does not reach it before we have cleaned up.
# Sets server_pid.
start_server() {
    local log=$1
    shift
    setsid "$@" </dev/null >>"$log" 2>&1 &
    server_pid=$!
    disown "$server_pid"
}

# mark_programs FOLDER: all programs started from now on, and those that they start, carry FOLDER in their environment.
mark_programs() { export REPLICATOR_SCRATCH=$1; }

# end_marked FOLDER: kills what was started since mark_programs FOLDER. For a clean-up at any moment, also one when a
# server has been started and its pid is not noted yet, or when what runs is a child of a child.
end_marked() {
    local pids none=0
    # What has been forked, and is not a program yet.
    pids=$(jobs -p)
    # shellcheck disable=SC2086  # pids, by lines
    [ -z "$pids" ] || kill -KILL $pids 2>/dev/null || true
    # Twice none: one that is just becoming another program shows no environment for a moment.
    until [ $none = 2 ]; do
        pids=$(marked_programs "$1")
        if [ -z "$pids" ]; then
            none=$((none + 1))
        else
            none=0
            # shellcheck disable=SC2086
            kill -KILL $pids 2>/dev/null || true
        fi
        sleep 0.05
    done
}
marked_programs() { # FOLDER: their pids
    local files
    # env: grep itself must not carry the mark. (It fails where a process ends meanwhile.)
    files=$(env -u REPLICATOR_SCRATCH grep -lzxF "REPLICATOR_SCRATCH=$1" /proc/[0-9]*/environ 2>/dev/null) || true
    tr -dc '0-9\n' <<<"$files"
}

# until_ready PID FOLDER LOG COMMAND...: waits until COMMAND succeeds; fails if the server ends or 60 s pass.
until_ready() {
    local pid=$1 folder=$2 log=$3 deadline=$((SECONDS + 60))
    shift 3
    until "$@" >/dev/null 2>&1; do
        ! is_gone "$pid" || return 1
        [ $SECONDS -lt $deadline ] || return 1
        sleep 0.05
    done
}

# start_mariadb FOLDER [OPTION...]: row-format binary log with full images and metadata; root has no password and comes
# through the socket. Sets mariadb_pid, mariadb_port, mariadb_socket.
start_mariadb() {
    local folder=$1 log=$1/mariadb.log options attempt
    shift
    mariadb_socket=$folder/mariadb.sock
    [ ${#mariadb_socket} -le 103 ] || die "$mariadb_socket is too long for a socket's name: set TMPDIR to a shorter path"
    mkdir -p "$folder/tmp"
    options=(--no-defaults "--user=$(id -un)" "--datadir=$folder/data" "--tmpdir=$folder/tmp" --skip-name-resolve)
    # --force: goes on where the machine's own name cannot be looked up (a fresh one without /etc/hosts).
    mariadb-install-db "${options[@]}" --force --skip-test-db --auth-root-authentication-method=normal >"$log" 2>&1 ||
        { tail -n 20 "$log" >&2; die "mariadb-install-db failed (its last lines are above)"; }
    for attempt in 1 2 3 4 5; do
        mariadb_port=$(free_port)
        start_server "$log" mariadbd "${options[@]}" "--socket=$mariadb_socket" "--pid-file=$folder/mariadb.pid" \
            "--port=$mariadb_port" --bind-address=127.0.0.1 --character-set-server=utf8mb4 \
            --server-id=1 --log-bin=binlog --binlog-format=ROW --binlog-row-image=FULL --binlog-row-metadata=FULL \
            --innodb-buffer-pool-size=128M --innodb-log-file-size=64M --innodb-use-native-aio=OFF \
            --innodb-flush-log-at-trx-commit=2 --innodb-flush-method=nosync --sync-binlog=0 "$@"
        mariadb_pid=$server_pid
        if until_ready "$mariadb_pid" "$folder" "$log" \
            mariadb-admin --no-defaults -u root -S "$mariadb_socket" ping; then
            return 0
        fi
        end_process "$mariadb_pid" "$folder" KILL
        grep -q 'Address already in use' "$log" || break # another program took the port meanwhile: try another
    done
    tail -n 20 "$log" >&2
    die "the private MariaDB did not start (the last lines of its log are above)"
}

# start_redis FOLDER: keeps nothing on disk. Sets redis_pid, redis_port.
start_redis() {
    local folder=$1 log=$1/redis.log attempt
    # redis-tools has the server too: the program looks at the name it is called by.
    ln -sf "$(command -v redis-check-rdb)" "$folder/redis-server"
    for attempt in 1 2 3 4 5; do
        redis_port=$(free_port)
        # A title for the process would be written over its environment, and the mark in it (mark_programs).
        start_server "$log" "$folder/redis-server" --bind 127.0.0.1 --port "$redis_port" --dir "$folder" --save '' \
            --appendonly no --set-proc-title no
        redis_pid=$server_pid
        if until_ready "$redis_pid" "$folder" "$log" redis-cli -p "$redis_port" ping; then return 0; fi
        end_process "$redis_pid" "$folder" KILL
        grep -q 'Address already in use' "$log" || break
    done
    tail -n 20 "$log" >&2
    die "the private Redis did not start (the last lines of its log are above)"
}

# start_mysql FOLDER [OPTION...]: Oracle MySQL, likewise, with GTIDs. Sets mysql_pid, mysql_port, mysql_socket.
start_mysql() {
    local folder=$1 log=$1/mysql.log programs options attempt
    shift
    programs=$("$(dirname "${BASH_SOURCE[0]}")/get-mysql") || die 'no MySQL (the reason is above)'
    mysql_socket=$folder/mysql.sock
    [ ${#mysql_socket} -le 103 ] || die "$mysql_socket is too long for a socket's name: set TMPDIR to a shorter path"
    mkdir -p "$folder/mysql-tmp"
    options=(--no-defaults "--user=$(id -un)" "--datadir=$folder/mysql-data" "--tmpdir=$folder/mysql-tmp"
        --skip-name-resolve --innodb-redo-log-capacity=64M --innodb-use-native-aio=OFF --innodb-flush-method=nosync)
    # Who comes over TCP is not "localhost" where names are not looked up.
    echo "CREATE USER root@'127.0.0.1'; GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;" >"$folder/mysql-accounts.sql"
    "$programs/mysqld" "${options[@]}" --initialize-insecure --disable-log-bin \
        "--init-file=$folder/mysql-accounts.sql" >"$log" 2>&1 ||
        { tail -n 20 "$log" >&2; die "mysqld --initialize-insecure failed (its last lines are above)"; }
    for attempt in 1 2 3 4 5; do
        mysql_port=$(free_port)
        start_server "$log" "$programs/mysqld" "${options[@]}" "--socket=$mysql_socket" "--pid-file=$folder/mysql.pid" \
            "--port=$mysql_port" --bind-address=127.0.0.1 --mysqlx=OFF --secure-file-priv=NULL --character-set-server=utf8mb4 \
            --server-id=1 --log-bin=binlog --binlog-row-image=FULL --binlog-row-metadata=FULL --gtid-mode=ON \
            --enforce-gtid-consistency=ON --innodb-buffer-pool-size=128M --innodb-flush-log-at-trx-commit=2 --sync-binlog=0 "$@"
        mysql_pid=$server_pid
        if until_ready "$mysql_pid" "$folder" "$log" \
            "$programs/mysqladmin" --no-defaults -u root -S "$mysql_socket" ping; then
            return 0
        fi
        end_process "$mysql_pid" "$folder" KILL
        grep -q 'Address already in use' "$log" || break
    done
    tail -n 20 "$log" >&2
    die "the private MySQL did not start (the last lines of its log are above)"
}

# start_kafka FOLDER: the mock cluster that librdkafka carries, in a process of its own: a broker that makes topics of 4
# partitions as they come, keeps nothing on disk, and 5 MB of each partition. Sets kafka_pid, kafka_port.
start_kafka() {
    local folder=$1 log=$1/kafka.log
    # A consumer that has a mock cluster for its brokers, and waits there for ever; its configuration file, which is
    # empty, brings the folder into its command line.
    : >"$folder/kafka.conf"
    start_server "$log" kcat -F "$folder/kafka.conf" -C -b mock -t idle -X test.mock.num.brokers=1
    kafka_pid=$server_pid
    kafka_listens() { grep -q 'replaced with 127\.0\.0\.1:[0-9]' "$1"; }
    if until_ready "$kafka_pid" "$folder" "$log" kafka_listens "$log"; then
        kafka_port=$(sed -n 's/.*replaced with 127\.0\.0\.1:\([0-9]*\).*/\1/p' "$log" | tail -n 1)
        return 0
    fi
    end_process "$kafka_pid" "$folder" KILL
    tail -n 20 "$log" >&2
    die "the private Kafka did not start (the last lines of its log are above)"
}
