import Foundation
import TestSupport

/// The row changes of a binlog file as `mariadb-binlog -vv --base64-output=DECODE-ROWS` decodes them: an independent
/// reader, which knows no names, signs, character sets or labels.
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

    /// The rows that one statement changed. mariadb-binlog prints those of several events one after the other, and does
    /// not say where the one event ends and the next begins.
    struct Statement {
        /// Offset and operation of its rows events, in order.
        var events: [(offset: UInt64, operation: String)] = []
        var rows: [Row] = []
        var gtid: String?
        /// Of the closing event's header: `2026-11-20T10:00:00Z`.
        var commitTime = ""
    }

    let file: String
    private(set) var statements: [Statement] = []

    /// Lists the file at `path`.
    init(of path: String) throws {
        file = (path as NSString).lastPathComponent
        let scratch = try ScratchFolder()
        var environment = ProcessInfo.processInfo.environment
        environment["TZ"] = "UTC"
        let program = try ChildProcess(
            "/usr/bin/mariadb-binlog",
            ["--no-defaults", "-vv", "--base64-output=DECODE-ROWS", "--skip-annotate-row-events", path],
            environment: environment, output: scratch.file("out"), errors: scratch.file("err"))
        guard try program.wait(timeout: 60) == .exited(0) else {
            throw TestSupportError(
                "mariadb-binlog: \(String(decoding: try Data(contentsOf: URL(fileURLWithPath: scratch.file("err"))), as: UTF8.self))"
            )
        }
        let listing = try Data(contentsOf: URL(fileURLWithPath: scratch.file("out")))
        var parser = Parser()
        for line in listing.split(separator: 0x0A, omittingEmptySubsequences: false) { try parser.take(line) }
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
        var statements: [Statement] = []
        private var statement = Statement()
        /// Where the next event begins: events follow each other without gaps.
        private var offset: UInt64 = 4
        private var gtid: String?
        /// The first statement of the transaction under way.
        private var first = 0
        private var inBefore = false

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
            } else if line.count > 8, line.starts(with: "#".utf8),
                line.dropFirst().prefix(6).allSatisfy({ (0x30...0x39).contains($0) })
            {
                try takeHeader(String(decoding: line, as: UTF8.self))
            }
        }

        /// `#261121 10:10:47 server id 1  end_log_pos 2680 CRC32 0x835f747c \tUpdate_rows: table id 25`
        private mutating func takeHeader(_ line: String) throws {
            guard let tab = line.firstIndex(of: "\t"), let position = line.range(of: "end_log_pos ") else { return }
            let kind = line[line.index(after: tab)...]
            let start = offset
            let digits = line[position.upperBound...].prefix { $0.isNumber }
            guard let end = UInt64(digits) else { throw TestSupportError("no position: \(line)") }
            offset = end
            let date = Array(line.dropFirst().prefix(15)).map(String.init)
            let hour = date[7] == " " ? "0" : date[7]
            let time =
                "20\(date[0...1].joined())-\(date[2...3].joined())-\(date[4...5].joined())T"
                + "\(hour)\(date[8...14].joined())Z"
            if kind.hasPrefix("GTID ") {
                gtid = kind.split(separator: " ").dropFirst().first.map(String.init)
                first = statements.count
            } else if kind.hasPrefix("Xid") || kind.hasPrefix("Query") {
                for index in first..<statements.count { statements[index].commitTime = time }
            }
            for (name, operation) in [("Write", "insert"), ("Update", "update"), ("Delete", "delete")]
            where kind.hasPrefix("\(name)_rows") || kind.hasPrefix("\(name)_compressed_rows") {
                statement.events.append((start, operation))
                statement.gtid = gtid
            }
        }

        /// ``INSERT INTO `db`.`table` ``, `SET` or `WHERE`.
        private mutating func takeHeading(_ text: String) throws {
            switch text {
            case "WHERE": inBefore = true
            case "SET": inBefore = false
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
            else { throw TestSupportError("no value: \(String(decoding: line.prefix(200), as: UTF8.self))") }
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
