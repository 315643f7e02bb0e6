import Foundation
import MySQLClient
import Rows
import TestSupport
import Testing

@testable import BinlogReader

/// Runs DDL on a server of its own, moves a catalogue on by what that logs, and compares the two.
final class SchemaFollower {
    let server: any DatabaseServer
    let database = "followed"
    private(set) var session: Connection
    private(set) var catalogue: SchemaCatalogue
    private let source: SourceServer
    private let asking: Connection
    private var position: (file: String, offset: UInt64)
    /// The reasons for which statements could not be followed.
    private(set) var faults: [(statement: String, fault: SchemaFault)] = []

    init(_ server: any DatabaseServer) throws {
        self.server = server
        session = try server.connect()
        asking = try server.connect()
        try asking.execute("SET sql_mode = ''")
        source = SourceServer(server.connectionOptions)
        catalogue = SchemaCatalogue(version: session.serverVersion) { [database] in $0.database == database }
        position = try server.binlogEnd()
        try run("DROP DATABASE IF EXISTS `\(database)`")
        try run("CREATE DATABASE `\(database)` CHARACTER SET utf8mb4")
        try session.execute("USE `\(database)`")
    }

    /// Runs a statement, which the server may refuse, and follows what it logged of it.
    @discardableResult
    func attempt(_ statement: String) throws -> MySQLError? {
        var refusal: MySQLError?
        do {
            try session.execute(statement)
        } catch {
            refusal = error
        }
        try follow()
        return refusal
    }

    func run(_ statement: String) throws {
        if let refusal = try attempt(statement) { throw refusal }
    }

    /// A new session, with default settings.
    func reconnect() throws { session = try server.connect(database: database) }

    private func follow() throws {
        // A session of its own: names are quoted as the session quotes.
        let events = try asking.query("SHOW BINLOG EVENTS IN '\(position.file)' FROM \(position.offset)")
        for row in events.rows.indices {
            guard let type = events.text(row, 2), let info = events.text(row, 5) else { continue }
            if let end = events.text(row, 4).flatMap({ UInt64($0) }), end > 0 { position.offset = end }
            guard type.hasPrefix("Query") else { continue }
            try apply(info)
        }
    }

    private func apply(_ info: String) throws {
        var text = info[...]
        var context = try self.context()
        // Of statements about databases SHOW BINLOG EVENTS does not say it.
        context.database = database
        if text.hasPrefix("use `"), let end = text.range(of: "`; ") {
            context.database = String(text[..<end.lowerBound].dropFirst(5))
            text = text[end.upperBound...]
        }
        do {
            try catalogue.apply(Array(text.utf8), in: context)
        } catch {
            faults.append((String(text), error))
            try resynchronise()
        }
    }

    /// As the log's status variables tell it.
    private func context() throws -> StatementContext {
        let isMySQL = session.serverVersion.flavour == .mySQL
        let asked = try session.query(
            """
            SELECT FIND_IN_SET('ANSI_QUOTES', @@sql_mode), FIND_IN_SET('NO_BACKSLASH_ESCAPES', @@sql_mode),
                   FIND_IN_SET('REAL_AS_FLOAT', @@sql_mode), @@collation_server, @@explicit_defaults_for_timestamp,
                   \(isMySQL ? "@@default_collation_for_utf8mb4" : "'utf8mb4_general_ci'"),
                   FIND_IN_SET('ORACLE', @@sql_mode)
            """)
        var context = StatementContext()
        context.hasANSIQuotes = asked.text(0, 0) != "0"
        context.hasNoBackslashEscapes = asked.text(0, 1) != "0"
        if asked.text(0, 2) != "0" { context.sqlMode |= 1 }
        if asked.text(0, 6) != "0" { context.sqlMode |= 1 << 9 }
        context.serverCollation = asked.text(0, 3).flatMap { Collation(name: $0) }
        context.hasExplicitTimestamps = asked.text(0, 4) == "1"
        context.utf8mb4Collation = asked.text(0, 5).flatMap { Collation(name: $0) }
        return context
    }

    /// Reads all tables from the server, as one does who cannot follow.
    private func resynchronise() throws {
        for name in catalogue.tables.keys { catalogue[name] = nil }
        for (name, schema) in try shown() { catalogue[name] = schema }
    }

    /// What SHOW CREATE TABLE tells of each table.
    private func shown() throws -> [SchemaCatalogue.Name: TableSchema] {
        var shown = SchemaCatalogue(version: session.serverVersion)
        for name in try tableNames() {
            let quoted = "\(Connection.identifier(name.database)).\(Connection.identifier(name.name))"
            let text = try #require(try asking.query("SHOW CREATE TABLE \(quoted)").text(0, 1))
            try shown.apply(Array(text.utf8), in: .description(in: database))
        }
        return shown.tables
    }

    private func tableNames() throws -> [SchemaCatalogue.Name] {
        try source.tables(types: "'BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE'").filter { $0.database == database }
    }

    // MARK: Comparing

    /// Compares what was followed, what SHOW CREATE TABLE says, and what the text form reads back as, with
    /// information_schema. Goes on with what is right.
    func compare(after statement: String, at location: Testing.SourceLocation = #_sourceLocation) throws {
        var differences: [String] = []
        let names = Set(try tableNames())
        if Set(catalogue.tables.keys) != names {
            differences.append("tables: \(catalogue.tables.keys.map(\.name)), and not \(names.map(\.name))")
        }
        let shown = try shown()
        for name in names {
            let live = try liveDescription(name)
            if let told = shown[name] {
                differences += Self.differences(description(of: told), live, "SHOW CREATE TABLE \(name.name)")
            }
            guard let followed = catalogue[name] else { continue }
            differences += Self.differences(description(of: followed), live, name.name)
            var read = SchemaCatalogue(version: session.serverVersion)
            let text = followed.statement(creating: name)
            try read.apply(Array(text.utf8), in: .description(in: database))
            if read[name] != followed { differences.append("does not read back: \(text)") }
        }
        guard !differences.isEmpty else { return }
        Issue.record("\(statement)\n  \(differences.joined(separator: "\n  "))", sourceLocation: location)
        try resynchronise()
    }

    private static func differences(_ ours: [String], _ live: [String], _ table: String) -> [String] {
        if ours.count != live.count { return ["\(table): \(ours), and not \(live)"] }
        return zip(ours, live).filter { $0 != $1 }.map { "\(table): \($0), and not \($1)" }
    }

    private func description(of schema: TableSchema) -> [String] {
        // Of a sequence it says no more than that it is one.
        let isSequence = schema.columns.first?.name == "next_not_cached_value"
        let lines = schema.columns.map { column in
            let declared = column.declared
            let hasLength = [.char, .varchar, .binary, .varbinary].contains(declared.keyword)
            return Self.line(
                name: column.name, keyword: declared.keyword.rawValue, type: column.type, isNullable: column.isNullable,
                length: hasLength ? declared.length : nil,
                collation: [.enumeration, .set].contains(declared.keyword) ? column.collation : nil,
                extra: [column.generation?.rawValue, column.isInvisible ? "invisible" : nil])
        }
        return lines + [
            "key \(schema.primaryKey.map { schema.columns[$0].name })",
            "period \(schema.period.map { "\($0)" } ?? "-")",
            "default \(isSequence ? "-" : schema.collation?.name ?? "-")",
        ]
    }

    private func liveDescription(_ name: SchemaCatalogue.Name) throws -> [String] {
        let live = try #require(try source.liveTable(database: name.database, name: name.name))
        let table = try #require(try source.table(database: name.database, name: name.name))
        let place = "TABLE_SCHEMA = \(session.literal(name.database)) AND TABLE_NAME = \(session.literal(name.name))"
        let extras = try session.query(
            "SELECT EXTRA FROM information_schema.COLUMNS WHERE \(place) ORDER BY ORDINAL_POSITION")
        let collation = try session.query("SELECT TABLE_COLLATION FROM information_schema.TABLES WHERE \(place)")
        let isSequence = live.columns.first?.name == "next_not_cached_value"
        let lines = live.columns.enumerated().map { index, column in
            let extra = (extras.text(index, 0) ?? "").uppercased()
            let generation =
                extra.contains("VIRTUAL GENERATED") ? "virtual" : extra.contains("STORED GENERATED") ? "stored" : nil
            let hasLength = ["char", "varchar", "binary", "varbinary"].contains(column.dataType)
            return Self.line(
                name: column.name,
                keyword: column.dataType == "geomcollection" ? "geometrycollection" : column.dataType,
                type: column.type, isNullable: column.isNullable, length: hasLength ? column.characterCount : nil,
                collation: column.labelCollation, extra: [generation, extra.contains("INVISIBLE") ? "invisible" : nil])
        }
        return lines + [
            "key \(table.primaryKey.map { table.columns[$0].name })",
            "period \(live.definition.period.map { "\($0)" } ?? "-")",
            "default \(isSequence ? "-" : collation.text(0, 0) ?? "-")",
        ]
    }

    private static func line(
        name: String, keyword: String, type: ColumnType?, isNullable: Bool, length: Int?, collation: Collation?,
        extra: [String?]
    ) -> String {
        // information_schema knows no characters of four bytes, and SHOW BINLOG EVENTS counts their bytes.
        let shown = (type.map { "\($0)" } ?? "?").replacing("????", with: "?")
        let type = String(String.UnicodeScalarView(shown.unicodeScalars.map { $0.value > 0xFFFF ? "?" : $0 }))
        let words = [name, keyword, type, isNullable ? "null" : "not null"]
        // MySQL's information_schema says of labels in bytes that they have none.
        let rest = [length.map { "(\($0))" }, collation == .binary ? nil : collation?.name] + extra
        return (words + rest.compactMap { $0 }).joined(separator: " ")
    }
}

extension ServerKind {
    private static let mariaDBFollowed = Result { try ServerKind.mariaDB.start() }
    private static let mySQLFollowed = Result { try ServerKind.mySQL.start() }

    /// The server whose statements one test after the other follows: nobody else's are in its log.
    func following() throws -> any DatabaseServer {
        switch self {
        case .mariaDB: try Self.mariaDBFollowed.get()
        case .mySQL: try Self.mySQLFollowed.get()
        }
    }
}
