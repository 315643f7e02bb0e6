#!/bin/bash
# Makes the target tables in the MariaDB of docker-compose.yml, and the user that the replicator logs in as. The server's
# image runs this once, when its data folder is new.
set -euo pipefail

password=$(cat /run/secrets/password)
root() { MYSQL_PWD=$password mariadb -uroot --default-character-set=utf8mb4 "$@"; }

root warehouse </shop/warehouse.sql
root -e "CREATE USER writer@'%' IDENTIFIED BY '$password';
    GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, TRIGGER ON warehouse.* TO writer@'%'"
