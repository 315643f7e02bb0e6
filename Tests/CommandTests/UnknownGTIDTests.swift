import Foundation
import TestSupport
import Testing

/// `--start` with GTIDs that the source never had: what is behind them there nobody can say.
@Suite(.serialized) struct UnknownGTIDTests {
    /// A server with `d.t (id)`, rows 1 and 2; the GTIDs of row 1 and before; and some that it never had, alone and among
    /// its own.
    private func server(_ kind: ServerKind) throws -> (server: any DatabaseServer, known: String, unknown: [String]) {
        let server = try kind.start()
        try server.execute(
            "CREATE DATABASE d; CREATE TABLE d.t (id INT PRIMARY KEY); INSERT INTO d.t VALUES (1); "
                + "INSERT INTO d.t VALUES (2)")
        guard kind == .mySQL else {
            return (server, "0-1-3", ["5-1-100", "0-1-3,5-1-100", "0-1-999"])
        }
        let uuid = try server.query("SELECT @@server_uuid")[0][0] ?? ""
        // Sets are printed in the order of their UUIDs, and this is the first.
        let stranger = "00000000-71ca-11e1-9e33-c80aa9429562:1-5"
        return (server, "\(uuid):1-3", [stranger, "\(stranger),\(uuid):1-3", "\(uuid):1-500"])
    }

    @Test(arguments: ServerKind.allCases)
    func `tail refuses them in one line, of servers and of files`(kind: ServerKind) throws {
        let (server, known, unknown) = try server(kind)
        for source in [server.url, "file:\(server.dataDirectory)"] {
            let tail = try TailOutput([source, "--start", known, "--until", "latest"])
            #expect(tail.end == .exited(0) && tail.lines.count == 1, "\(tail.errors)")
            for gtids in unknown {
                let tail = try TailOutput([source, "--start", gtids, "--until", "latest"])
                #expect(tail.end == .exited(1) && tail.lines.isEmpty, "\(source) \(gtids)")
                #expect(
                    tail.errors.contains("cannot start at GTID \(gtids): ") && tail.errors.contains("never had"),
                    "\(tail.errors)")
                #expect(tail.errors.split(separator: "\n").count == 1, "\(tail.errors)")
            }
        }
    }

    @Test(arguments: ServerKind.allCases)
    func `run refuses them likewise, and begins nothing`(kind: ServerKind) throws {
        let (server, known, unknown) = try server(kind)
        let scratch = try ScratchFolder()
        let path = try scratch.write(
            "[source]\nurl = \(server.url)\ntables = d.*\n[sink out]\nurl = stdout:\n", to: "replicator.conf")
        for gtids in unknown {
            let (end, output, errors) = try ReplicatorProcess.run(["run", "-c", path, "--start", gtids])
            #expect(end == .exited(1) && output.isEmpty, "\(errors)")
            #expect(errors.contains("cannot start at GTID \(gtids): the server has never had"), "\(errors)")
            #expect(!errors.contains("msg=beginning"), "\(errors)")
        }
        // No checkpoint stands in its way.
        let (end, output, errors) = try ReplicatorProcess.run(
            ["run", "-c", path, "--start", known, "--until", "latest"])
        #expect(end == .exited(0) && output.split(separator: "\n").count == 1, "\(output)\(errors)")
    }
}
