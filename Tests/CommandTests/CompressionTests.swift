import Foundation
import MySQLClient
import TestSupport
import Testing

/// The protocol's own compression, of the binary log and of a target, alone and inside TLS.
@Suite(.serialized) struct CompressionTests {
    private let certificates: TestCertificates

    init() throws {
        certificates = try TestCertificates()
    }

    /// One that offers TLS.
    private func server(_ kind: ServerKind) throws -> any DatabaseServer {
        try kind.start(options: [
            "--ssl-ca=\(certificates.authority)", "--ssl-cert=\(certificates.server)",
            "--ssl-key=\(certificates.key)",
        ])
    }

    @Test(arguments: ServerKind.allCases)
    func `a log with events of more than 16 MiB is the same compressed and encrypted`(kind: ServerKind) throws {
        let server = try server(kind)
        let database = try server.makeDatabase("compressed")
        let start = try server.binlogEnd()
        try server.execute(
            "CREATE TABLE t (id INT PRIMARY KEY, b LONGBLOB); INSERT INTO t SELECT 1, REPEAT(SHA2(7, 256), 300000); "
                + "INSERT INTO t VALUES (2, 'x'); INSERT INTO t SELECT 3, RANDOM_BYTES(1024)", database: database)
        func tail(_ options: String) throws -> String {
            let (end, output, errors) = try ReplicatorProcess.run([
                "tail", "\(server.url)\(options)", "--tables", "\(database).*", "--start",
                "\(start.file):\(start.offset)",
                "--until", "latest",
            ])
            #expect(end == .exited(0) && errors.isEmpty, "\(errors)")
            return output
        }
        let plain = try tail("?compress=no&ssl-mode=DISABLED")
        #expect(plain.utf8.count > 25_000_000)
        for options in ["?compress=yes&ssl-mode=DISABLED", "?compress=1&ssl-mode=REQUIRED"] {
            let isEqual = try tail(options) == plain
            #expect(isEqual, "\(options)")
        }
    }

    @Test(arguments: ServerKind.allCases, [TLSOptions.Mode.disabled, .required])
    func `the server says that the session is compressed`(kind: ServerKind, mode: TLSOptions.Mode) throws {
        let server = try server(kind)
        for compresses in [true, false] {
            var options = server.connectionOptions
            options.compresses = compresses
            options.tls.chosenMode = mode
            let connection = try Connection(options)
            let status = try connection.query("SHOW SESSION STATUS LIKE 'Compression'").text(0, 1)
            #expect(status == (compresses ? "ON" : "OFF"))
            #expect(connection.isCompressed == compresses)
            #expect((connection.cipher != nil) == (mode == .required))
            // Of more than one packet, there and back.
            let value = try connection.query(
                "SELECT LENGTH('\(String(repeating: "y", count: 17 << 20))'), REPEAT('z', 17000000)")
            #expect(value.text(0, 0) == "\(17 << 20)" && value.text(0, 1)?.utf8.count == 17_000_000)
        }
    }

    @Test func `source and target sessions of a configuration are compressed`() throws {
        let shop = try ShopFixture()
        try shop.server.execute("CREATE DATABASE copy; CREATE TABLE copy.slots LIKE shop.slots")
        try shop.server.execute(
            "CREATE USER writer@'%' IDENTIFIED BY 's3cret'; GRANT ALL ON copy.* TO writer@'%'; "
                + "INSERT INTO shop.slots VALUES (1, 'one', 1)")
        _ = try shop.scratch.write("s3cret\n", to: "password")
        let path = try shop.scratch.write(
            """
            [source]
            url = mysql://replicator@127.0.0.1:\(shop.server.port)
            password-file = password
            compress = yes
            tables = shop.slots
            [sink copy]
            url = mysql://writer@127.0.0.1:\(shop.server.port)/copy
            password-file = password
            compress = yes
            """, to: "compressed.conf")
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        try waitUntil(timeout: 60, "the row: \(run.errors)") {
            try shop.server.query("SELECT id FROM copy.slots") == [["1"]]
        }
        try run.stop()
        for key in ["compress = perhaps"] {
            _ = try shop.scratch.write(
                "[source]\nurl = mysql://a@b\n\(key)\n[sink x]\nurl = stdout:\n", to: "wrong.conf")
            let (end, _, errors) = try ReplicatorProcess.run(["check", "-c", shop.scratch.file("wrong.conf")])
            #expect(end == .exited(2) && errors.contains("wrong.conf:3: compress is one of yes, no"), "\(errors)")
        }
    }
}
