internal import MySQLClient

/// When a server removes files of its binary log by itself.
public struct LogRetention: Equatable, Sendable {
    /// A file goes once it was last written this long ago; nil: never by age.
    public var seconds: Double?
    /// The oldest files go once all of them are larger than this; nil: never by size.
    public var byteCount: UInt64?

    public init(seconds: Double? = nil, byteCount: UInt64? = nil) {
        self.seconds = seconds
        self.byteCount = byteCount
    }
}

extension SourceServer {
    /// Asks for the settings that decide it. Both servers remove only when a file is begun, at `FLUSH BINARY LOGS`, and
    /// at their start.
    public func retention() throws(StreamError) -> LogRetention {
        let result = try query(
            """
            SHOW GLOBAL VARIABLES WHERE Variable_name IN ('expire_logs_days', 'binlog_expire_logs_seconds',
            'binlog_expire_logs_auto_purge', 'max_binlog_total_size')
            """)
        var settings: [String: String] = [:]
        for row in result.rows.indices {
            if let name = result.text(row, 0) { settings[name] = result.text(row, 1) ?? "" }
        }
        return LogRetention(settings: settings)
    }
}

extension LogRetention {
    /// By the server's variables, 0 meaning never. `binlog_expire_logs_seconds` is MySQL's since 8.0 and MariaDB's since
    /// 10.6, where `expire_logs_days` says the same in days; MySQL 8.0 takes the days only if the seconds are 0.
    init(settings: [String: String]) {
        func positive(_ name: String) -> Double? { settings[name].flatMap { Double($0) }.flatMap { $0 > 0 ? $0 : nil } }
        if settings["binlog_expire_logs_auto_purge"] != "OFF" {
            seconds = positive("binlog_expire_logs_seconds") ?? positive("expire_logs_days").map { $0 * 86_400 }
        }
        byteCount = settings["max_binlog_total_size"].flatMap { UInt64($0) }.flatMap { $0 > 0 ? $0 : nil }
    }
}
