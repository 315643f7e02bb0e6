# The image of replicator: built with the Swift toolchain, run on a bare Debian 12 with the C libraries that it links to.
#
#   docker build -t replicator .
#   docker run --rm replicator --help
#   docker run -v /etc/replicator:/etc/replicator:ro -v replicator:/var/lib/replicator replicator

FROM swift:6.3-bookworm AS build
WORKDIR /src
# Packages first, so that an edit of the source does not fetch them again.
COPY scripts/install-packages scripts/
RUN scripts/install-packages build
COPY Package.swift ./
COPY Sources Sources
# The manifest names the test targets; the product needs none of them.
COPY Tests Tests
RUN swift build -c release --product replicator --static-swift-stdlib \
    && strip -o /replicator .build/release/replicator

FROM debian:bookworm-slim
# The libraries, certificates for TLS, and the time zones of `--start '2026-11-20 10:00:00'`.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libdeflate0 libhiredis0.14 libmariadb3 libmicrohttpd12 librdkafka1 libsqlite3-0 libstdc++6 libzstd1 \
        ca-certificates tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/replicator --shell /usr/sbin/nologin replicator \
    && install -d -m 750 -o replicator -g replicator /var/lib/replicator
COPY --from=build /replicator /usr/local/bin/replicator
USER replicator
# Where state files belong: `state = /var/lib/replicator/replicator.state`.
WORKDIR /var/lib/replicator
VOLUME /var/lib/replicator
ENTRYPOINT ["replicator"]
CMD ["run", "-c", "/etc/replicator/replicator.conf"]
# What docker stop sends: the replicator drains, stores its checkpoints, and ends within 10 s.
STOPSIGNAL SIGTERM
