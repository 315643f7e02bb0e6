#!/bin/bash
# Opens the demo's shop in the MySQL of docker-compose.yml. The server's image runs this once, when its data folder is
# new; what is written here is in the binary log, where the replicator begins.
set -euo pipefail

password=$(cat /run/secrets/password)
root() { MYSQL_PWD=$password mysql -uroot --default-character-set=utf8mb4 "$@"; }

# In a container the replicator does not come from 127.0.0.1.
sed -e "s/@PASSWORD@/$password/" -e "s/replicator@127\.0\.0\.1/replicator@'%'/" /shop/source.sql | root
root -e "GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON shop.* TO shop@'%'"
root shop </shop/workload.sql
root shop -e 'CALL trade(20)'
