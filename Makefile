# Rules for people; each is a line or two around a script that can be run by itself.
#
#   make build    the release binary, at .build/release/replicator
#   make test     all tests, on real servers started privately
#   make demo     the whole thing in a minute: a shop in MariaDB, followed into SQLite and Redis, across kill -9
#                 (make demo KEEP=1 leaves it running, to play with)
#   make bench    row changes/s of `replicator tail file:`, beside mariadb-binlog on the same file
#   make lint     style of the Swift files, imports between modules, syntax of the shell scripts
#   make clean    removes what was built
#   make help     these lines
#
# build, test, demo and bench first install the Debian packages they need and do not find (through sudo when you are
# not root), and say which. Nothing is enabled or started on the system.

.PHONY: help build test demo bench lint clean

help:
	@sed -n '/^#   make/,/^$$/s/^# \{0,1\}//p' Makefile

build:
	@scripts/install-packages build
	swift build -c release --product replicator

test:
	@scripts/install-packages test
	@scripts/test

demo:
	@scripts/install-packages demo
	swift build -c release --product replicator
	@demo/run

bench:
	@scripts/install-packages bench
	swift build -c release --product replicator
	@Benchmarks/run

lint:
	@scripts/lint

clean:
	rm -rf .build
