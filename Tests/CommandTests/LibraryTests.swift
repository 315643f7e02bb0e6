import Foundation
import TestSupport
import Testing

/// The library by itself: the program of Examples/CountChanges, which docs/library.md shows in parts.
@Suite struct LibraryTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private func countChanges(_ arguments: String...) throws -> (end: ProcessEnd, output: String, errors: String) {
        let program = URL(fileURLWithPath: try ReplicatorProcess.path()).deletingLastPathComponent()
            .appendingPathComponent("CountChanges").path
        return try Program.run(program, arguments)
    }

    @Test(arguments: ["mariadb-crc32.binlog", "mariadb-minimal.binlog", "mariadb-compressed.binlog"])
    func `a file's changes are counted as mariadb-binlog prints them`(name: String) throws {
        let path = Self.root.appendingPathComponent("Tests/BinlogReaderTests/Fixtures/\(name)").path
        let theirs = try Program.run(
            "mariadb-binlog", ["--no-defaults", "-v", "--base64-output=DECODE-ROWS", path])
        #expect(theirs.end == .exited(0), "\(theirs.errors)")
        var expected: [String: [String: Int]] = [:]
        for line in theirs.output.split(separator: "\n") {
            guard let match = line.firstMatch(of: #/^### (INSERT|UPDATE|DELETE)[A-Z ]* `(.*)`\.`(.*)`/#) else {
                continue
            }
            expected["\(match.2).\(match.3)", default: [:]][String(match.1), default: 0] += 1
        }
        #expect(expected.count > 1)

        let ours = try countChanges(path)
        #expect(ours.end == .exited(0), "\(ours.errors)")
        var lines = ours.output.split(separator: "\n")
        let size = try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
        let end = try #require(lines.popLast()?.firstMatch(of: #/^read up to (.*):(\d+)$/#))
        #expect(end.1 == name && Int(end.2) ?? 0 <= size && Int(end.2) ?? 0 > 4)
        #expect(lines.count == expected.count, "\(ours.output)")
        for (table, counts) in expected {
            let counts = ["INSERT", "UPDATE", "DELETE"].map { counts[$0] ?? 0 }
            let start = "\(table): \(counts[0]) inserts, \(counts[1]) updates, \(counts[2]) deletes; "
            #expect(lines.contains { $0.hasPrefix(start) }, "\(start) in \(ours.output)")
        }
    }

    @Test func `a server's log is read from where it was left, with what only the server tells`() throws {
        let server = try MariaDBServer()
        try server.execute(
            """
            CREATE DATABASE shop;
            CREATE TABLE shop.orders (id INT PRIMARY KEY, customer VARCHAR(20), amount DECIMAL(8,2), code UUID, detail JSON);
            INSERT INTO shop.orders VALUES
                (1, 'Ada', 19.90, '6ccd780c-baba-1026-9564-5b8c656024db', '{"gift": true}'), (2, NULL, NULL, NULL, NULL);
            UPDATE shop.orders SET amount = 20 WHERE id = 1;
            DELETE FROM shop.orders WHERE id = 2
            """)
        let first = try countChanges(server.url)
        #expect(first.end == .exited(0), "\(first.errors)")
        let lines = first.output.split(separator: "\n")
        // Of the row 1: three images of 3 bytes of name, 4 of the amount, 16 and 14. Of the row 2: two of four NULLs.
        #expect(
            lines.first
                == "shop.orders: 2 inserts, 1 updates, 1 deletes; 17 values, 111 bytes, 8 NULLs; last null")
        let position = try #require(lines.last?.firstMatch(of: #/^read up to (.*)$/#)).1
        let end = try server.binlogEnd()
        #expect(position == "\(end.file):\(end.offset)")

        try server.execute("UPDATE shop.orders SET customer = 'Bob'")
        let second = try countChanges(server.url, String(position))
        #expect(
            second.output.hasPrefix(
                "shop.orders: 0 inserts, 1 updates, 0 deletes; 10 values, 74 bytes, 0 NULLs; last "
                    + #"{"id":1,"customer":"Bob","amount":"20.00","code":"6ccd780c-baba-1026-9564-5b8c656024db","#
                    + #""detail":{"gift": true}}"#), "\(second.output)\(second.errors)")
    }

    @Test func `what cannot be read is said in one line`() throws {
        let scratch = try ScratchFolder()
        let fixture = Self.root.appendingPathComponent("Tests/BinlogReaderTests/Fixtures/mariadb-crc32.binlog")
        var bytes = try Data(contentsOf: fixture)
        bytes[bytes.count - 30] ^= 1
        let path = scratch.file("binlog.000001")
        try bytes.write(to: URL(fileURLWithPath: path))
        let nobody = try TCPProxy(to: 1)
        nobody.stop()
        for (arguments, part) in [
            ([path], "checksum"), ([scratch.file("none")], "cannot be read"),
            (["mysql://root@127.0.0.1:\(nobody.port)"], "over a new connection"),
        ] {
            let (end, output, errors) = try countChanges(arguments[0])
            #expect(end == .exited(1) && output.isEmpty, "\(arguments): \(output)")
            #expect(errors.contains(part) && errors.split(separator: "\n").count == 1, "\(errors)")
        }
    }

    @Test func `docs show the example as it is compiled`() throws {
        let folder = Self.root.appendingPathComponent("Examples/CountChanges")
        let example = try FileManager.default.contentsOfDirectory(atPath: folder.path).map { name in
            flat(try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8))
        }
        let text = try String(contentsOf: Self.root.appendingPathComponent("docs/library.md"), encoding: .utf8)
        let blocks = text.split(separator: "\n\n").filter { $0.hasPrefix("    ") }.map { flat(String($0)) }
        // But for what goes into a manifest or a shell.
        let code = blocks.filter { block in ![".", "swift "].contains { block.hasPrefix($0) } }
        #expect(code.count >= 8)
        for block in code { #expect(example.contains { $0.contains(block) }, "not in the example:\n\(block)") }
    }

    /// Without the blanks that begin lines.
    private func flat(_ text: String) -> String {
        text.split(separator: "\n").map { $0.trimmingPrefix { $0 == " " } }.joined(separator: "\n")
    }
}
