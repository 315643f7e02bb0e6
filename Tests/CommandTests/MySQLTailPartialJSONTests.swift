import Foundation
import MySQLClient
import TestSupport
import Testing

/// MySQL's partial JSON (`binlog_row_value_options = PARTIAL_JSON`): the log has what changed in a document, and the
/// after image what SELECT shows.
@Suite(.serialized) struct MySQLTailPartialJSONTests {
    private static let server = Result { try MySQLServer() }

    private let server: MySQLServer
    private let session: Connection

    init() throws {
        server = try Self.server.get()
        session = try server.connect()
        try session.execute("SET SESSION binlog_row_value_options = PARTIAL_JSON, NAMES utf8mb4")
    }

    /// Whether the documents are of the small format, with pointers of 16 bits, or the large one.
    @Test(arguments: [400, 70_000], [false, true])
    func `documents are what SELECT shows after each change`(padding: Int, packed: Bool) throws {
        let database = try server.makeDatabase("json")
        try session.execute("USE \(database)")
        try session.execute("SET SESSION binlog_transaction_compression = \(packed ? "ON" : "OFF")")
        try session.execute("CREATE TABLE t (n INT PRIMARY KEY, pad INT, j JSON, k JSON, l JSON)")
        var random = SeededRandom("partial JSON, padding \(padding), packed \(packed)")
        let rows = 3
        var expected: [[UInt8]] = []
        let path = try server.log {
            for n in 1...rows {
                let document = session.literal(Self.document(padding: padding))
                try session.execute("INSERT INTO t VALUES (\(n), 0, \(document), '[1, 2]', \(document))")
                expected.append(try documents(n))
            }
            for _ in 0..<(padding > 1000 ? 60 : 250) {
                let n = Int.random(in: 1...rows, using: &random)
                let text = try #require(try session.query("SELECT j FROM t WHERE n = \(n)").rows[0][0])
                let document = try StrictJSON(Data(text))
                var edits: [String] = []
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    edits.append(edit(document, &random))
                }
                // Edits nest: JSON_SET(JSON_REMOVE(j, …), …).
                let value = edits.reduce("j") { $1.replacing("DOCUMENT", with: $0) }
                let more = Int.random(in: 0..<4, using: &random)
                let other =
                    more == 0 ? ", l = \(edits[0].replacing("DOCUMENT", with: "l"))" : more == 1 ? ", k = NULL" : ""
                try session.execute("UPDATE t SET j = \(value), pad = pad + 1\(other) WHERE n = \(n)")
                expected.append(try documents(n))
                if more == 1 { try session.execute("UPDATE t SET k = '[1, {\"a\": 2}]' WHERE n = \(n)") }
                if more == 1 { expected.append(try documents(n)) }
            }
        }
        let tail = try TailOutput(["file:\(path)"])
        #expect(tail.end == .exited(0), "\(tail.errors)")
        try #require(tail.lines.count == expected.count)
        for (line, documents) in zip(tail.lines, expected) {
            let end = line.text.range(of: Data(",\"commit_time\":".utf8), options: .backwards)?.lowerBound
            let images = line.text[..<(end ?? line.text.endIndex)]
            let matches = images.suffix(documents.count + 1).elementsEqual(documents + [UInt8(ascii: "}")])
            #expect(
                matches,
                "\(line.place): \(String(decoding: documents.prefix(2000), as: UTF8.self)) is not in \(String(decoding: images.suffix(2000), as: UTF8.self))"
            )
        }
        let live = try TailOutput([
            server.url, "--start", "\((path as NSString).lastPathComponent):4", "--until", "latest",
        ])
        #expect(live.lines.map(\.text) == tail.lines.map(\.text))
        if !packed {
            let listing = try Program.run(
                MySQLServer.program("mysqlbinlog"), ["--no-defaults", "-vv", "--base64-output=DECODE-ROWS", path]
            ).output
            for operation in ["JSON_REPLACE(", "JSON_INSERT(", "JSON_REMOVE(", "JSON_ARRAY_INSERT(", "=@"] {
                #expect(listing.contains(operation), "\(operation)")
            }
        }
    }

    /// `"j":…,"k":…,"l":…` of a row, as `tail` is to print them.
    private func documents(_ n: Int) throws -> [UInt8] {
        let row = try session.query("SELECT CAST(j AS CHAR), CAST(k AS CHAR), CAST(l AS CHAR) FROM t WHERE n = \(n)")
            .rows[0]
        return Array(
            zip(["j", "k", "l"], row).map { Array("\"\($0)\":".utf8) + ($1 ?? Array("null".utf8)) }
                .joined(separator: [UInt8(ascii: ",")]))
    }

    private static func document(padding: Int) -> String {
        let keys = [
            "a", "b c", "é", "x.y", "\\\"q\\\"", "\\\\", "日本語", "", "k\\u0001", "$", "_id", "a longer name", "1st",
            "[0]",
        ]
        var members = keys.enumerated().map { index, key in
            "\"\(key)\": \(index % 3 == 0 ? "\"0123456789abcdef\"" : index % 3 == 1 ? "[1, [2, {\"in\": [3, 4]}], \"five\", -6.5]" : "{\"deep\": {\"er\": {\"est\": [true, null, {}]}}, \"z\": 18446744073709551615}")"
        }
        members.append("\"padding\": \"\(String(repeating: "p", count: padding))\"")
        return "{\(members.joined(separator: ", "))}"
    }

    private static let values = [
        "1", "-1", "1.5e300", "'text'", "'\\\"quoted\\\\\\\\ \\n'", "CAST('1.50' AS DECIMAL(10,2))",
        "CAST('2024-02-29 23:59:59.5' AS DATETIME(6))",
        "CAST('-12:00:00.000001' AS TIME(6))", "CAST('2024-02-29' AS DATE)", "NULL", "CAST('true' AS JSON)",
        "CAST('{\"n\": [1, {\"m\": 2}], \"long name\": \"\"}' AS JSON)", "CAST('[]' AS JSON)", "CAST('{}' AS JSON)",
        "REPEAT('long ', 60)", "CAST(x'00FF80' AS BINARY)", "18446744073709551615", "'日本語'", "0.1",
        "CAST('[[1], [2, 3]]' AS JSON)",
    ]

    /// A call that changes something in `document`, or adds to it; `DOCUMENT` stands for what it is a call on.
    private func edit(_ document: StrictJSON, _ random: inout SeededRandom) -> String {
        var path = "$"
        var place = document
        for _ in 0..<Int.random(in: 1...5, using: &random) {
            switch place {
            case .object(let members):
                let names = members.map(\.name).filter { $0 != "padding" }
                let new = ["new", "n w", "ñ", "new\u{1}\"\\", "zzzzzzzzzzzzzzzzzzzzzz"]
                let isNew = Int.random(in: 0..<5, using: &random) == 0 || names.isEmpty
                let name = (isNew ? new : names).randomElement(using: &random) ?? "new"
                path += "." + Self.quoted(name)
                place = place[name] ?? .null
            case .array(let values):
                let index = Int.random(in: 0...values.count, using: &random)
                path += index % 4 == 3 ? "[last]" : "[\(index)]"
                place = values.indices.contains(index) ? values[index] : .null
            default: break
            }
        }
        let value = Self.values.randomElement(using: &random) ?? "1"
        let place0 = session.literal(path)
        return switch Int.random(in: 0..<5, using: &random) {
        case 0 where path != "$": "JSON_REMOVE(DOCUMENT, \(place0))"
        case 1: "JSON_REPLACE(DOCUMENT, \(place0), \(value))"
        default: "JSON_SET(DOCUMENT, \(place0), \(value))"
        }
    }

    private static func quoted(_ name: String) -> String {
        var text = "\""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "\"", "\\": text += "\\\(scalar)"
            case let control where control.value < 0x20: text += String(format: "\\u%04x", control.value)
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }

    @Test func `a pipeline keeps SQLite equal to documents that change in part, in compressed transactions`() throws {
        let server = try MySQLServer(options: [
            "--binlog-row-value-options=PARTIAL_JSON", "--binlog-transaction-compression=ON",
        ])
        let session = try server.connect()
        try session.execute(
            script: "SET NAMES utf8mb4; CREATE DATABASE d; USE d; CREATE TABLE t (n INT PRIMARY KEY, j JSON)")
        let scratch = try ScratchFolder()
        let configuration = try scratch.write(
            """
            [source]
            url = \(server.url)
            tables = d.*
            heartbeat = 1
            [sink sqlite]
            url = sqlite:target.db
            """, to: "replicator.conf")
        let table = "CREATE TABLE t (n INTEGER PRIMARY KEY, j TEXT)"
        #expect(try Program.run("sqlite3", [scratch.file("target.db"), table]).end == .exited(0))
        let check = try ReplicatorProcess.run(["check", "-c", configuration])
        #expect(check.end == .exited(0), "\(check.output)")
        let run = try ReplicatorProcess(["run", "-c", configuration, "--start", "earliest"])
        let document = session.literal(Self.document(padding: 300))
        for n in 1...20 { try session.execute("INSERT INTO t VALUES (\(n), \(document))") }
        try session.execute("UPDATE t SET j = JSON_SET(j, '$.a', n, '$.new[0]', 1, '$.new', JSON_ARRAY(n, 'é'))")
        try session.execute("UPDATE t SET j = JSON_REMOVE(j, '$.\"b c\"[1][1].in[0]', '$.\"日本語\"') WHERE n > 5")
        try session.execute("UPDATE t SET j = JSON_SET(j, '$.new[1]', CAST('[{\"x\": null}]' AS JSON)) WHERE n % 2 = 0")
        let verify = try ReplicatorProcess.run(["verify", "-c", configuration, "--wait", "60"])
        #expect(verify.end == .exited(0) && verify.output.contains("sqlite: equal"), "\(verify)\n\(run.errors)")
        try run.stop()
        let kept = try Program.run("sqlite3", [scratch.file("target.db"), "SELECT j FROM t WHERE n = 6"]).output
        let text = try #require(try session.query("SELECT CAST(j AS CHAR) FROM t WHERE n = 6").rows[0][0])
        #expect(kept == String(decoding: text, as: UTF8.self) + "\n")
    }

    @Test(arguments: ["MINIMAL", "NOBLOB"])
    func `without the document before, reading stops where it is needed, and says what to set`(image: String) throws {
        let database = try server.makeDatabase("json")
        try session.execute("USE \(database)")
        try session.execute("CREATE TABLE t (n INT PRIMARY KEY, v INT, j JSON)")
        try session.execute("SET SESSION binlog_row_image = \(image)")
        let path = try server.log {
            try session.execute("INSERT INTO t VALUES (1, 2, '{\"a\": \"0123456789\", \"b\": 1}')")
            try session.execute("UPDATE t SET v = 3")
            try session.execute("UPDATE t SET j = JSON_SET(j, '$.b', 2)")
        }
        let tail = try TailOutput(["file:\(path)"])
        guard image == "MINIMAL" else {
            // The server knows that it needs it, and logs it.
            #expect(tail.end == .exited(0), "\(tail.errors)")
            #expect(tail.lines.last?.text.range(of: Data("\"j\":{\"a\": \"0123456789\", \"b\": 2}".utf8)) != nil)
            return
        }
        #expect(tail.end == .exited(1))
        #expect(tail.lines.count == 2)
        #expect(
            tail.errors.contains("Update_rows_partial of \(database).t, column \"j\": the log has only what changed")
                && tail.errors.contains("SET GLOBAL binlog_row_image = FULL"), "\(tail.errors)")
    }
}
