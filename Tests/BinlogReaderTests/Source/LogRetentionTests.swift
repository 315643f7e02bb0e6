import TestSupport
import Testing

@testable import BinlogReader

@Suite struct LogRetentionTests {
    @Test func `each server's settings are understood, and 0 is never`() {
        #expect(LogRetention(settings: [:]) == LogRetention())
        #expect(LogRetention(settings: ["expire_logs_days": "10"]) == LogRetention(seconds: 864_000))
        #expect(LogRetention(settings: ["expire_logs_days": "0.5"]) == LogRetention(seconds: 43_200))
        #expect(
            LogRetention(settings: ["expire_logs_days": "30.000000", "binlog_expire_logs_seconds": "2592000"])
                == LogRetention(seconds: 2_592_000))
        #expect(
            LogRetention(settings: ["expire_logs_days": "3", "binlog_expire_logs_seconds": "0"])
                == LogRetention(seconds: 259_200))
        #expect(
            LogRetention(settings: ["binlog_expire_logs_seconds": "60", "binlog_expire_logs_auto_purge": "OFF"])
                == LogRetention())
        #expect(
            LogRetention(settings: ["max_binlog_total_size": "1048576", "expire_logs_days": "0"])
                == LogRetention(byteCount: 1_048_576))
        #expect(LogRetention(settings: ["expire_logs_days": "x", "max_binlog_total_size": "-1"]) == LogRetention())
    }

    @Test func `a real server tells`() throws {
        let server = try MariaDBServer(options: ["--expire-logs-days=3"])
        #expect(try SourceServer(server.connectionOptions).retention() == LogRetention(seconds: 259_200))
    }
}
