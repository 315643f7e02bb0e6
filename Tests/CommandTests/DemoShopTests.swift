import Foundation
import TestSupport
import Testing

/// The demo's shop, its mappings and its target tables, as they stand in the repository: into a MariaDB and a MySQL, with
/// kills on the way.
@Suite(.serialized) struct DemoShopTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../..").standardized.path

    /// Runs a file of the demo as its own client does: it has DELIMITER, and a password to fill in.
    private func load(_ file: String, into server: any DatabaseServer, database: String? = nil) throws {
        let (end, output, errors) = try Program.run(
            "sh",
            [
                "-c",
                "sed s/@PASSWORD@/s3cret/ \"$1\" | mariadb --no-defaults --skip-ssl --default-character-set=utf8mb4 -h 127.0.0.1 -P $2 -u root $3",
                "sh", "\(Self.root)/demo/\(file)", "\(server.port)", database ?? "",
            ])
        guard end == .exited(0) else { throw TestSupportError("\(file): \(output)\(errors)") }
    }

    @Test(arguments: ServerKind.allCases, [1, 3])
    func `the shop arrives with kills on the way, and verify finds all equal`(kind: ServerKind, lanes: Int) throws {
        let source = try MariaDBServer()
        try load("source.sql", into: source)
        let target = try kind.start()
        try target.execute(
            """
            CREATE DATABASE warehouse CHARACTER SET utf8mb4; CREATE USER writer@'127.0.0.1';
            GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, TRIGGER ON warehouse.* TO writer@'127.0.0.1'
            """)
        for statement in try String(contentsOfFile: "\(Self.root)/demo/warehouse.sql", encoding: .utf8)
            .components(separatedBy: ";\n") where statement.contains("CREATE")
        {
            try target.execute(statement, database: "warehouse")
        }
        let scratch = try ScratchFolder()
        try scratch.write("s3cret\n", to: "password")
        let configuration = try scratch.write(
            """
            [source]
            url = mysql://replicator@127.0.0.1:\(source.port)
            password-file = password
            tables = shop.*
            heartbeat = 1
            [sink warehouse]
            url = mysql://writer@127.0.0.1:\(target.port)/warehouse
            mappings = \(Self.root)/mappings/
            unmapped = copy
            lanes = \(lanes)
            """, to: "replicator.conf")
        let check = try ReplicatorProcess.run(["check", "-c", configuration])
        #expect(check.end == .exited(0), "\(check.output)\(check.errors)")

        func run(_ work: String, until table: String) throws {
            let before = try target.query("SELECT COUNT(*) FROM warehouse.\(table)")
            let run = try ReplicatorProcess(["run", "-c", configuration, "--start", "earliest"])
            try source.execute(work, database: "shop")
            try waitUntil(timeout: 60, "\(table): \(run.errors.suffix(1500))") {
                guard run.end == nil else { throw TestSupportError("the replicator has ended: \(run.errors)") }
                return try target.query("SELECT COUNT(*) FROM warehouse.\(table)") != before
            }
            try run.kill()
        }
        try run("CALL trade(40)", until: "order_progress")
        try load("workload.sql", into: source, database: "shop")
        // In the middle of a large transaction.
        try run("CALL take_stock(30000)", until: "stock_movements")
        try source.execute("CALL trade(20)", database: "shop")
        let last = try ReplicatorProcess(["run", "-c", configuration])
        try load("workload.sql", into: source, database: "shop")
        let verify = try ReplicatorProcess.run(["verify", "-c", configuration, "--wait", "120"], timeout: 200)
        #expect(verify.end == .exited(0), "\(verify.output)\(verify.errors)\(last.errors.suffix(3000))")
        #expect(verify.output.contains("warehouse: equal (7 tables, "), "\(verify.output)")
        try last.stop()
        #expect(!last.errors.contains("level=error"), "\(last.errors)")
        try target.stop()
    }
}
