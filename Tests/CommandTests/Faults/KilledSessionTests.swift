import Foundation
import TestSupport
import Testing

/// The KILL of the session that a source's log comes over.
@Suite(.serialized) struct KilledSessionTests {
    /// A client library says it in many ways, by where it read, and by encryption.
    @Test(arguments: ServerKind.allCases)
    func `is told as what it is, with encryption and without, and the log is read on`(kind: ServerKind) throws {
        let certificates = try TestCertificates()
        let server = try kind.start(options: [
            "--ssl-ca=\(certificates.authority)", "--ssl-cert=\(certificates.server)",
            "--ssl-key=\(certificates.key)",
        ])
        try server.execute("CREATE DATABASE d; CREATE TABLE d.t (id INT PRIMARY KEY)")
        for (id, mode) in ["DISABLED", "REQUIRED"].enumerated() {
            // Those that have ended stay until the server has something to send.
            func dumps() throws -> Set<String> {
                Set(
                    try server.query(
                        "SELECT ID FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog Dump%'"
                    ).compactMap { $0[0] })
            }
            let before = try dumps()
            let tail = try ReplicatorProcess(["tail", "\(server.url)?ssl-mode=\(mode)"])
            defer { tail.signal(SIGTERM) }
            try waitUntil("the stream") { try dumps().subtracting(before).count == 1 }
            for session in try dumps().subtracting(before) { try server.execute("KILL \(session)") }
            try waitUntil("the loss: \(tail.errors)") { tail.errors.hasSuffix("\n") }
            #expect(
                tail.errors.hasPrefix(
                    "replicator: the source was lost; connecting again: the server closed the connection (error 20"),
                "\(mode): \(tail.errors)")
            #expect(tail.errors.contains("the session was killed"), "\(tail.errors)")
            try server.execute("INSERT INTO d.t VALUES (\(id))")
            try waitUntil("the row") { tail.output.contains("\"id\":\(id)}") }
            try tail.stop()
        }
    }
}
