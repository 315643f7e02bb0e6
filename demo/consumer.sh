# The demo's Kafka consumer, which reads all the while, and what it has to show for it at the end. To be sourced.

# The topics: one for each view in mappings/, and two for tables that are copied as they are.
mapfile -t topics < <(
    sed -n 's/^CREATE VIEW \([a-z_]*\) .*/shop.\1/p' mappings/*.sql
    printf 'shop.%s\n' featured stock_movements
)
# A line a record: topic, partition, offset, key, the value's length (-1 for a tombstone, which has none), the value.
record='%t\t%p\t%o\t%k\t%S\t%s\n'

# start_consumer: in a group, so that it could go on where it stopped. Appends to $folder/consumed; sets consumer_pid.
start_consumer() {
    # Its configuration file, which is empty, brings the folder into its command line.
    : >"$folder/consumer.conf"
    start_server "$folder/consumer.log" sh -c 'exec kcat "$@" >>"$0"' "$folder/consumed" \
        -F "$folder/consumer.conf" -b "127.0.0.1:$kafka_port" -G demo -X auto.offset.reset=earliest -q -u -f "$record" \
        "${topics[@]}"
    consumer_pid=$server_pid
}

# read_topic TOPIC: all that the brokers have of it now.
read_topic() { kcat -b "127.0.0.1:$kafka_port" -C -t "$1" -o beginning -e -q -X fetch.wait.max.ms=10 -f "$record"; }

# fold: the rows that records come to. The last one of each key stands, and a tombstone takes the key away. (Records of
# a key are in one partition, and so in order here.)
fold() {
    awk -F '\t' '
        { row = $1 "\t" $4 }
        $5 == -1 { delete last[row]; next }
        { last[row] = $6 }
        END { for (row in last) print row "\t" last[row] }' "$1" | LC_ALL=C sort
}

# ends: the last offset of each partition.
ends() {
    awk -F '\t' '!($1 "\t" $2 in end) || $3 > end[$1 "\t" $2] { end[$1 "\t" $2] = $3 }
        END { for (part in end) print part "\t" end[part] }' "$1" | LC_ALL=C sort
}

# compare_consumer: prints a line: equal, or how the consumer's record and the topics differ.
compare_consumer() {
    local topic all=$folder/topics consumed=$folder/consumed.now deadline=$((SECONDS + 20))
    for topic in "${topics[@]}"; do read_topic "$topic"; done >"$all"
    # It may be a moment behind, and in the middle of a line.
    until head -n "$(wc -l <"$folder/consumed")" "$folder/consumed" >"$consumed" && cmp -s <(ends "$consumed") <(ends "$all"); do
        if [ $SECONDS -ge $deadline ]; then
            echo "kafka's consumer: differs: it has not read the topics to their end"
            return 1
        fi
        sleep 0.1
    done
    fold "$consumed" >"$consumed.rows"
    fold "$all" >"$all.rows"
    if cmp -s "$consumed.rows" "$all.rows"; then
        echo "kafka's consumer: equal ($(wc -l <"$consumed") records, which come to $(wc -l <"$all.rows") rows)"
    else
        echo "kafka's consumer: differs: $(comm -3 "$consumed.rows" "$all.rows" | cut -f 1,2 | uniq | wc -l) rows do"
        return 1
    fi
}
