import BinlogReader
import Glibc
import MySQLClient
import Rows
import TestSupport
import Testing

@testable import Replicator

@Suite struct SourceServerIDTests {
    /// A server ends the older of two streams of one id, so what one pipeline asks must not go by an id that another's does.
    @Test(arguments: ServerKind.allCases, ["-2h", "latest", "earliest"])
    func `where to start is asked under the pipeline's own server id`(kind: ServerKind, start: String) throws {
        // Of its own: other tests read the shared ones, by all kinds of ids.
        let server = try kind.start(options: [])
        let end = try server.binlogEnd()
        // No pipeline's: see `ServerSession`.
        let others = ServerStream(
            ServerStreamOptions(connection: server.connectionOptions, serverID: UInt32.max),
            from: .position(BinlogPosition(file: end.file, offset: end.offset)))
        try others.begin()
        let session = ServerSession(
            pipeline: "p \(kind) \(start)", command: "run", stateFile: "\(getpid())", serverIDBase: 0,
            heartbeatSeconds: 5)
        let source = ServerPipelineSource(hosts: SourceHosts([server.connectionOptions]), session: session)
        let resume = try source.resolve(try StartPosition(start)) { _ in }
        try source.check(resume, of: nil)
        let database = try server.makeDatabase()
        var isFound = false
        while !isFound {
            guard try others.advance() == .event else { continue }
            isFound = String(decoding: others.event, as: UTF8.self).contains(database)
        }
        try server.stop()
    }
}
