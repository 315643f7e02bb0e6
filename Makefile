# Rules for people; each is a line or two around a script that can be run by itself.
#
#   make build    the release binary, at .build/release/replicator
#   make test     all tests, on real servers started privately
#   make demo     the whole thing in a minute: a shop in MariaDB, followed into SQLite, another MariaDB, Redis and
#                 Kafka, across kill -9 (make demo KEEP=1 leaves it running, to play with)
#   make bench    row changes/s to cells and to JSON, beside libmes and mariadb-binlog on the same files; rows/s into
#                 each sink; and how long after a commit a row is there
#   make conformance CORPUS=DIR
#                 the decoder against a folder of recorded binlogs and expected values: docs/development.md
#   make memory-test
#                 what memory `replicator tail` takes for transactions of 1 GiB: some minutes, and 3 GiB of disk
#   make fuzz     libFuzzer over the decoder, for a minute (make fuzz TIME=600: for ten)
#   make lint     style of the Swift files, imports between modules, syntax of the shell scripts
#   make clean    removes what was built
#   make help     these lines
#
# build, test, demo, bench, conformance, memory-test and fuzz first install the Debian packages they need and do not find
# (through sudo when you are not root), and say which. Nothing is enabled or started on the system.

# The Swift runtime goes into the binary, so that it runs where there is no toolchain.
RELEASE_BUILD = swift build -c release --product replicator --static-swift-stdlib

.PHONY: help build test demo bench conformance memory-test fuzz lint clean

help:
	@sed -n '/^#   make/,/^$$/s/^# \{0,1\}//p' Makefile

build:
	@scripts/install-packages build
	$(RELEASE_BUILD)

test:
	@scripts/install-packages test
	@scripts/test

demo:
	@scripts/install-packages demo
	$(RELEASE_BUILD)
	@demo/run

bench:
	@scripts/install-packages bench
	$(RELEASE_BUILD)
	$(RELEASE_BUILD:replicator=DecodeCells)
	@Benchmarks/run

conformance:
	@scripts/install-packages test
	@scripts/conformance "$(CORPUS)"

memory-test:
	@scripts/install-packages bench
	$(RELEASE_BUILD)
	@Benchmarks/memory

fuzz:
	@scripts/install-packages build
	@scripts/fuzz $(TIME)

lint:
	@scripts/lint

clean:
	rm -rf .build
