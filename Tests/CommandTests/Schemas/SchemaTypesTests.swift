import MySQLClient
import TestSupport
import Testing

/// A server whose log does not name columns: what is printed of it is what SELECT shows, whether the schema history begins
/// with the tables' CREATE TABLE in the log, or with what the server says of them.
@Suite(.serialized) struct SchemaTypesTests {
    @Test(arguments: [(ServerKind.mariaDB, "NO_LOG"), (.mariaDB, "MINIMAL"), (.mySQL, "MINIMAL")])
    func `every type prints as SELECT shows it`(_ kind: ServerKind, _ metadata: String) throws {
        let server = try kind.start(options: ["--binlog-row-metadata=\(metadata)"])
        let tables = TypeTable.all(of: kind)
        let database = try server.makeDatabase("täpes")
        let session = try server.connect()
        let created = try server.binlogEnd()
        try session.create(tables, in: database)
        let filled = try server.binlogEnd()
        try session.change(tables, in: database)
        func tail(_ start: (file: String, offset: UInt64), _ tables: String) throws -> TailOutput {
            try TailOutput([
                server.url, "--start", "\(start.file):\(start.offset)", "--until", "latest", "--tables", tables,
            ])
        }
        let all = try tail(created, "*.*")
        #expect(all.end == .exited(0))
        #expect(all.errors == "")
        try TailReplay.expectEqual(all.lines, tables, in: database, try server.connect())

        // Labels that SHOW CREATE TABLE cannot print are not taken for those that it prints in their place.
        let refused = try tail(filled, "\(database).labels")
        #expect(refused.end == .exited(1))
        #expect(refused.errors.contains("a label of its column c6 has a ?"), "\(refused.errors)")
        let later = try tail(filled, "*.*, !\(database).labels")
        #expect(later.end == .exited(0))
        #expect(later.errors == "")
        try TailReplay.expectEqual(
            later.lines, tables.filter { $0.name != "labels" }, in: database, try server.connect())
    }
}
