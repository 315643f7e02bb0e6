import Foundation
import TestSupport

/// The row changes of a binlog file as the server's own `mariadb-binlog` or `mysqlbinlog`, with `-vv
/// --base64-output=DECODE-ROWS`, decodes them: independent readers, which know no names, signs, character sets or labels.
struct BinlogListing {
    struct Value: Equatable {
        /// As printed, quotes included; nil: NULL.
        var text: [UInt8]?
        /// `VARSTRING(20)`, `LONGINT`, ….
        var type: String
    }

    struct Row {
        var operation: String
        var database: String
        var table: String
        /// By column number, from 1; without those that the image lacks.
        var before: [Int: Value]?
        var after: [Int: Value]?
    }

    /// The rows that one statement changed. Those of several events are printed one after the other, without a word on
    /// where the one event ends and the next begins.
    struct Statement {
        /// Offset and operation of its rows events, in order.
        var events: [(offset: UInt64, operation: String)] = []
        var rows: [Row] = []
        /// Its events are inside a compressed transaction, at whose offset they all lie.
        var isPacked = false
        var gtid: String?
        /// Of the closing event's header: `2026-11-20T10:00:00Z`; MySQL's GTID event has microseconds.
        var commitTime = ""
    }

    let file: String
    private(set) var statements: [Statement] = []

    /// Lists the file at `path`, of a server of this kind.
    init(of path: String, by kind: ServerKind = .mariaDB) throws {
        file = (path as NSString).lastPathComponent
        let scratch = try ScratchFolder()
        var environment = ProcessInfo.processInfo.environment
        environment["TZ"] = "UTC"
        let options = ["--no-defaults", "-vv", "--base64-output=DECODE-ROWS"]
        let program = try ChildProcess(
            kind == .mySQL ? MySQLServer.program("mysqlbinlog") : "/usr/bin/mariadb-binlog",
            options + (kind == .mySQL ? [path] : ["--skip-annotate-row-events", path]),
            environment: environment, output: scratch.file("out"), errors: scratch.file("err"))
        guard try program.wait(timeout: 60) == .exited(0) else {
            throw TestSupportError(
                "\(kind)'s binlog: \(String(decoding: try Data(contentsOf: URL(fileURLWithPath: scratch.file("err"))), as: UTF8.self))"
            )
        }
        let listing = try Data(contentsOf: URL(fileURLWithPath: scratch.file("out")))
        var parser = Parser(isMySQL: kind == .mySQL)
        for line in listing.split(separator: 0x0A, omittingEmptySubsequences: false) { try parser.take(line) }
        parser.endStatement()
        statements = parser.statements
    }

    /// The number of rows by operation and table: `insert db.table`.
    var counts: [String: Int] {
        var counts: [String: Int] = [:]
        for row in statements.flatMap(\.rows) {
            counts["\(row.operation) \(row.database).\(row.table)", default: 0] += 1
        }
        return counts
    }

    private struct Parser {
        let isMySQL: Bool
        var statements: [Statement] = []
        private var statement = Statement()
        /// Where the next event begins: events follow each other without gaps.
        private var offset: UInt64 = 4
        /// Where the compressed transaction begins whose events are being listed.
        private var payload: UInt64?
        private var gtid: String?
        /// The first statement of the transaction under way.
        private var first = 0
        private var inBefore = false
        /// MySQL: the statement's last event was announced, and its commit time.
        private var isEnding = false
        private var commitTime = ""

        init(isMySQL: Bool) {
            self.isMySQL = isMySQL
        }

        mutating func take(_ line: Data) throws {
            if line.starts(with: "###   @".utf8) {
                try takeValue(line.dropFirst(7))
            } else if line.starts(with: "### ".utf8) {
                try takeHeading(String(decoding: line.dropFirst(4), as: UTF8.self))
            } else if line.starts(with: "# Number of rows: ".utf8) {
                let count = Int(String(decoding: line.dropFirst(18), as: UTF8.self))
                guard count == statement.rows.count else { throw TestSupportError("\(count ?? -1) rows at \(offset)") }
                statements.append(statement)
                statement = Statement()
            } else if line.starts(with: "# End of compressed events".utf8) {
                endStatement()
                payload = nil
            } else if isMySQL, line.starts(with: "SET @@SESSION.GTID_NEXT= '".utf8) {
                let name = String(decoding: line.dropFirst(26).prefix { $0 != UInt8(ascii: "'") }, as: UTF8.self)
                gtid = name == "ANONYMOUS" ? nil : name
            } else if isMySQL, line.starts(with: "# immediate_commit_timestamp=".utf8) {
                commitTime = try Self.time(microseconds: String(decoding: line.dropFirst(29), as: UTF8.self))
            } else if line.count > 8, line.starts(with: "#".utf8),
                line.dropFirst().prefix(6).allSatisfy({ (0x30...0x39).contains($0) })
            {
                try takeHeader(String(decoding: line, as: UTF8.self))
            }
        }

        /// Takes what there is as the statement, if its last event was announced: MySQL does not count rows.
        mutating func endStatement() {
            guard isEnding else { return }
            statement.commitTime = commitTime
            statements.append(statement)
            statement = Statement()
            isEnding = false
        }

        /// `1795274595646411 (…)` as `2026-11-21T15:23:15.646411Z`.
        private static func time(microseconds text: String) throws -> String {
            guard let number = Int(text.prefix { $0.isNumber }) else { throw TestSupportError("no time: \(text)") }
            var seconds = time_t(number / 1_000_000)
            var parts = tm()
            gmtime_r(&seconds, &parts)
            let whole = String(
                format: "%04d-%02d-%02dT%02d:%02d:%02d", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                parts.tm_hour, parts.tm_min, parts.tm_sec)
            return number % 1_000_000 == 0 ? whole + "Z" : whole + String(format: ".%06dZ", number % 1_000_000)
        }

        /// `#261121 10:10:47 server id 1  end_log_pos 2680 CRC32 0x835f747c \tUpdate_rows: table id 25`
        private mutating func takeHeader(_ line: String) throws {
            endStatement()
            guard let tab = line.firstIndex(of: "\t"), let position = line.range(of: "end_log_pos ") else { return }
            let kind = line[line.index(after: tab)...]
            let start = offset
            let digits = line[position.upperBound...].prefix { $0.isNumber }
            guard let end = UInt64(digits) else { throw TestSupportError("no position: \(line)") }
            offset = end
            if kind.hasPrefix("Transaction_Payload") { payload = start }
            let date = Array(line.dropFirst().prefix(15)).map(String.init)
            let hour = date[7] == " " ? "0" : date[7]
            let time =
                "20\(date[0...1].joined())-\(date[2...3].joined())-\(date[4...5].joined())T"
                + "\(hour)\(date[8...14].joined())Z"
            if isMySQL {
                // Its GTID event has it.
            } else if kind.hasPrefix("GTID ") {
                gtid = kind.split(separator: " ").dropFirst().first.map(String.init)
                first = statements.count
            } else if kind.hasPrefix("Xid") || kind.hasPrefix("Query") {
                for index in first..<statements.count { statements[index].commitTime = time }
            }
            for (name, operation) in [("Write", "insert"), ("Update", "update"), ("Delete", "delete")]
            where kind.hasPrefix("\(name)_rows") || kind.hasPrefix("\(name)_compressed_rows") {
                statement.events.append((payload ?? start, operation))
                statement.isPacked = payload != nil
                statement.gtid = gtid
                isEnding = isMySQL && kind.contains("STMT_END_F")
            }
        }

        /// ``INSERT INTO `db`.`table` ``, `SET` or `WHERE`.
        private mutating func takeHeading(_ text: String) throws {
            switch text {
            case "WHERE": inBefore = true
            case "SET": inBefore = false
            // MySQL's, of a partitioned table.
            case let note where note.hasPrefix("Extra row info"): break
            default:
                let operations = [("INSERT INTO ", "insert"), ("UPDATE ", "update"), ("DELETE FROM ", "delete")]
                guard let (verb, operation) = operations.first(where: { text.hasPrefix($0.0) }),
                    let names = Self.names(text.dropFirst(verb.count))
                else { throw TestSupportError("unexpected: \(text)") }
                statement.rows.append(
                    Row(
                        operation: operation, database: names.0, table: names.1,
                        before: operation == "insert" ? nil : [:], after: operation == "delete" ? nil : [:]))
            }
        }

        /// The two names of `` `db`.`table` ``.
        private static func names(_ text: Substring) -> (String, String)? {
            // Backticks are doubled inside, so the one between the names is the first that is not.
            let plain = text.replacingOccurrences(of: "``", with: "\u{0}")
            let parts = plain.components(separatedBy: "`.`")
            guard parts.count == 2, parts[0].hasPrefix("`"), parts[1].hasSuffix("`") else { return nil }
            let named = [String(parts[0].dropFirst()), String(parts[1].dropLast())].map {
                $0.replacingOccurrences(of: "\u{0}", with: "`")
            }
            return (named[0], named[1])
        }

        /// `3='abc' /* VARSTRING(20) meta=20 nullable=1 is_null=0 */`
        private mutating func takeValue(_ line: Data) throws {
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")),
                let number = Int(String(decoding: line[..<equals], as: UTF8.self)),
                // The last comment is mariadb-binlog's; others may be part of the value.
                let comment = line.range(of: Data(" /* ".utf8), options: .backwards),
                let row = statement.rows.indices.last
            else {
                throw TestSupportError("no value at \(offset): \(String(decoding: line.prefix(200), as: UTF8.self))")
            }
            let note = String(decoding: line[comment.upperBound...], as: UTF8.self)
            guard let meta = note.range(of: " meta=") else { throw TestSupportError("no type: \(note)") }
            let text = Array(line[line.index(after: equals)..<comment.lowerBound])
            let value = Value(text: note.contains("is_null=1") ? nil : text, type: String(note[..<meta.lowerBound]))
            if inBefore {
                statement.rows[row].before?[number] = value
            } else {
                statement.rows[row].after?[number] = value
            }
        }
    }
}
