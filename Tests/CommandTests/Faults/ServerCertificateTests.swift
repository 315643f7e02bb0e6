import Foundation
import MySQLClient
import TestSupport
import Testing

/// Certificates of servers that are not right, under a running replicator: one line that says why, the state that goes with
/// it, and nothing lost once it is mended.
@Suite(.serialized) struct ServerCertificateTests {
    enum Fault: String, CaseIterable, CustomTestStringConvertible {
        case expired, untrusted, elsewhere
        var testDescription: String { rawValue }

        var said: String {
            switch self {
            case .expired: "renew the server's certificate"
            case .untrusted: "not signed by an authority in ssl-ca"
            case .elsewhere: "of another host"
            }
        }
    }

    /// MySQL loads no certificate that has expired, so that one expires while it is there.
    private static let seconds = 20.0

    @Test(arguments: ServerKind.allCases, Fault.allCases)
    func `stops the pipeline in one line, and it goes on once the server has a right one`(
        kind: ServerKind, fault: Fault
    ) throws {
        let certificates = try TestCertificates()
        let folder = try ScratchFolder()
        let current = folder.file("current.pem")
        func put(_ certificate: String) throws {
            try Data(contentsOf: URL(fileURLWithPath: certificate)).write(to: URL(fileURLWithPath: current))
        }
        try put(certificates.server)
        // MySQL loads no certificate that it would not trust itself.
        let both = try [certificates.authority, certificates.otherAuthority].map {
            try String(contentsOfFile: $0, encoding: .utf8)
        }
        let authorities = try folder.write(both.joined(), to: "authorities.pem")
        let shop = try ShopFixture(
            kind,
            server: [
                "--ssl-ca=\(authorities)", "--ssl-cert=\(current)", "--ssl-key=\(certificates.key)",
            ])
        let path = try shop.configuration()
        try String(contentsOfFile: path, encoding: .utf8).replacing(
            "heartbeat = 1", with: "heartbeat = 1\nssl-mode = VERIFY_IDENTITY\nssl-ca = \(certificates.authority)"
        ).write(toFile: path, atomically: true, encoding: .utf8)
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let status = StatusClient(configuration: path)
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        try waitUntil(timeout: 60, "the first row: \(run.errors)") {
            try shop.sqlite("SELECT COUNT(*) FROM slots") == "1\n"
        }
        // It keeps the process up when the other fails.
        _ = try status.command("pause", "cache")

        func reload() throws {
            try shop.server.execute(kind == .mySQL ? "ALTER INSTANCE RELOAD TLS" : "FLUSH SSL")
        }
        switch fault {
        case .expired: try put(try certificates.expiring(inSeconds: Self.seconds))
        case .untrusted: try put(certificates.strangeServer)
        case .elsewhere: try put(certificates.elsewhere)
        }
        try reload()
        let check = ["check", "-c", path]
        try waitUntil(timeout: 60, "a certificate that is not right") {
            let (end, output, _) = try ReplicatorProcess.run(check)
            return end == .exited(3) && output.contains(fault.said)
        }
        // A session that has come about is not looked at again.
        #expect(try status.state("warehouse") == "running")
        for row in try shop.server.query(
            "SELECT ID FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog Dump%'")
        {
            // That of the pipeline which was paused may be ending by itself.
            do {
                try shop.server.execute("KILL \(row[0] ?? "0")")
            } catch let error as MySQLError where error.code == 1094 {}  // ER_NO_SUCH_THREAD
        }
        try status.wait("warehouse", "failed", timeout: 60)
        let message = (try status.pipeline("warehouse")["last_error"] as? [String: Any])?["message"] as? String ?? ""
        #expect(message.contains(fault.said) && !message.contains("\n"), "\(message)")
        let lines = run.errors.split(separator: "\n").filter {
            $0.contains("level=error") && $0.contains("pipeline=warehouse")
        }
        #expect(lines.count == 1 && lines[0].contains(fault.said), "\(run.errors)")

        try shop.server.execute("INSERT INTO slots VALUES (2, 'b', 2)", database: "shop")
        try put(certificates.server)
        try reload()
        _ = try status.command("resume", "warehouse")
        try waitUntil(timeout: 60, "the second row: \(run.errors.suffix(800))") {
            try shop.sqlite("SELECT COUNT(*) FROM slots") == "2\n"
        }
        #expect(try status.state("warehouse") == "running")
        run.signal(SIGTERM)
        _ = try run.wait(timeout: 40)
    }
}
