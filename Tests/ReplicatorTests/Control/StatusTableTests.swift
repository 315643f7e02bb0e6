import Rows
import Sinks
import Testing

@testable import Replicator

@Suite struct StatusTableTests {
    private var report: StatusReport {
        func pipeline(_ name: String, _ state: PipelineState) -> PipelineStatus {
            PipelineStatus(
                name: name, sink: "redis://127.0.0.1:6379/0", state: state, since: "2026-11-20T03:00:00Z",
                host: name == "cache" ? "mysql://cdc@10.0.0.1:3306" : nil,
                position: .init(
                    ResumePosition(
                        position: BinlogPosition(file: "binlog.000007", offset: 4711), gtids: "0-1-99",
                        commitMicroseconds: 1_763_600_400_000_000)),
                lag: .init(seconds: 0, bytes: 0), rows: .init(total: 1_234_567, perSecond: 1200.4),
                queue: .init(rows: 3, bytes: 400), write: nil, prepared: .init(nil), duplicateInserts: 0,
                missingUpdates: 0,
                missingDeletes: 0, parked: 0, deadLetters: 0, retries: 0, skippedStatements: 0, failovers: 0,
                lastError: nil,
                retention: .init(seconds: 600_000, bytes: nil, purged: false),
                mapping: .init(version: "00ff00ff00ff00ff", since: nil, error: nil))
        }
        var cache = pipeline("cache", .unhealthy)
        cache.lag = .init(seconds: 725, bytes: 3_565_158)
        cache.retries = 12
        cache.prepared = .init(count: 2, file: "binlog.000006", offset: 99, since: "2026-11-20T02:00:00Z")
        cache.lastError = .init(time: "2026-11-20T03:11:00Z", message: "redis://127.0.0.1:6379/0: refused\nmore")
        cache.retention = .init(seconds: 0, bytes: 0, purged: true)
        return StatusReport(
            version: "1.2.3", process: 42, since: "2026-11-20T01:00:00Z",
            source: SourceStatus(
                url: "mysql://replicator@10.0.0.1:3306",
                end: .init(BinlogPosition(file: "binlog.000007", offset: 4711)),
                asked: "2026-11-20T03:12:00Z", error: nil),
            pipelines: [pipeline("warehouse", .running), cache])
    }

    @Test func `a line a pipeline, and under it its place and what is not as it should be`() {
        #expect(
            report.table() == """
                replicator 1.2.3, process 42, since 2026-11-20T01:00:00Z
                source mysql://replicator@10.0.0.1:3306, log ends at binlog.000007:4711

                PIPELINE   STATE             LAG   BEHIND  ROWS/S       ROWS  RETRIES  PARKED  DEAD  KEPT FOR
                warehouse  running           0 s      0 B   1,200  1,234,567        0       0     0  6 d 22 h
                  redis://127.0.0.1:6379/0, at binlog.000007:4711, mapping 00ff00ff00ff00ff
                cache      unhealthy  12 min 5 s  3.3 MiB   1,200  1,234,567       12       0     0       0 s
                  redis://127.0.0.1:6379/0, at binlog.000007:4711, from mysql://cdc@10.0.0.1:3306, mapping 00ff00ff00ff00ff
                  unhealthy since 2026-11-20T03:00:00Z
                  2 prepared XA transactions wait for their XA COMMIT or XA ROLLBACK, the oldest since binlog.000006:99 (2026-11-20T02:00:00Z)
                  last error 2026-11-20T03:11:00Z: redis://127.0.0.1:6379/0: refused
                  the source no longer has this position: rows are lost to this sink
                """)
    }

    @Test func `JSON has every member, null where nobody knows, and reads back the same`() throws {
        let text = try report.json()
        for key in ["\"last_error\" : null", "\"bytes\" : null", "\"per_second\" : 1200.4", "\"dead_letters\" : 0"] {
            #expect(text.contains(key), "\(text)")
        }
        let again = try ControlJSON.decode(StatusReport.self, from: Array(text.utf8))
        #expect(try again.json() == text)
    }

    @Test func `a line of progress says where a pipeline stands`() {
        #expect(
            ProgressDisplay.lines(report) == [
                "warehouse  running    binlog.000007:4711  lag 0 s  1,200 rows/s  1,234,567 rows",
                "cache      unhealthy  binlog.000007:4711  lag 12 min 5 s  1,200 rows/s  1,234,567 rows",
            ])
    }

    @Test func `a service manager hears a summary of states`() {
        #expect(
            ServiceNotices.summary([("a", .running), ("b", .unhealthy), ("c", .running), ("d", .paused)])
                == "2 running, 1 paused (d), 1 unhealthy (b)")
    }
}
