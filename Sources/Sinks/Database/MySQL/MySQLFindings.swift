import MySQLClient
import Rows

/// What keeps a target database from holding target tables as they are, each with how to mend it.
struct MySQLFindings {
    let settings: MySQLSettings
    let isMariaDB: Bool

    /// Throws retriably where the server is read-only: it may be a replica that takes over soon.
    func findings(for tables: [Table], on session: MySQLSession) throws(SinkError) -> [String] {
        let reader = try MySQLSchemaReader(session)
        let privileges = try MySQLPrivileges(session)
        var findings = try privileges.ownTableFindings()
        var seen: [String: Table] = [:]
        for table in tables {
            // Tables that one view reads have one target. Names are one where the server takes them for one.
            let other = seen.updateValue(table, forKey: reader.folded(table.name))
            if let other, other.qualifiedName != table.qualifiedName {
                findings.append(
                    "\(other.qualifiedName) and \(table.qualifiedName) would both be written to table \(table.name) of "
                        + "the target's database \(settings.database): rename one in its view")
            }
            let schema = try reader.schema(of: table.name)
            let denied = try self.denied(table, schema, privileges)
            findings += denied
            // Of what the user has no right to, the server may hide a part.
            if denied.isEmpty { findings += self.findings(for: table, in: schema) }
        }
        if !settings.allowsTriggers, !seen.isEmpty, !privileges.seesTriggers {
            findings.append(try privileges.triggerFinding())
        }
        try checkWritable(session)
        return findings
    }

    private func checkWritable(_ session: MySQLSession) throws(SinkError) {
        guard try session.query("SELECT @@read_only").text(0, 0) != "0" else { return }
        throw SinkError(
            .retriable,
            "\(settings.label): the server is read-only: SET GLOBAL read_only = OFF; there, or write to its primary")
    }

    private func denied(
        _ table: Table, _ schema: MySQLTableSchema?, _ privileges: MySQLPrivileges
    ) throws(SinkError) -> [String] {
        guard let schema else { return try privileges.findings(for: table.name, columns: []) }
        // Columns that it lacks are other findings.
        let written = table.columns.compactMap { schema.column($0.name) }.filter { !$0.isGenerated }
        return try privileges.findings(for: schema.name, columns: written.map(\.name))
    }

    /// - Parameter schema: nil if there is no such table.
    func findings(for table: Table, in schema: MySQLTableSchema?) -> [String] {
        let own = [CheckpointTable.pipelines, CheckpointTable.lanes]
        guard !own.contains(table.name.lowercased()) else {
            return ["table \(table.name) is the replicator's own: rename the target in its view"]
        }
        guard let schema else {
            return [
                "the database \(settings.database) has no table \(table.name); make it, for example: "
                    + createTable(table)
            ]
        }
        guard schema.kind == "BASE TABLE" || schema.kind == "SYSTEM VERSIONED" else {
            return ["\(schema.name) is a \(schema.kind.lowercased()) of the target, and rows go to tables only"]
        }
        guard schema.engine.lowercased() == "innodb" else {
            return [
                "table \(schema.name) has the engine \(schema.engine), which cannot be written in one transaction with the "
                    + "position: ALTER TABLE \(quoted(schema.name)) ENGINE = InnoDB;"
            ]
        }
        return columnFindings(table, schema) + keyFindings(table, schema) + sideEffectFindings(schema)
    }

    private func columnFindings(_ table: Table, _ schema: MySQLTableSchema) -> [String] {
        var findings: [String] = []
        let missing = table.columns.filter { schema.column($0.name) == nil }
        if !missing.isEmpty {
            let parts = missing.map { "ADD COLUMN \(quoted($0.name)) \($0.type.declaration(isMariaDB: isMariaDB))" }
            findings.append(
                "table \(schema.name) lacks \(missing.count == 1 ? "column" : "columns") "
                    + "\(missing.map(\.name).joined(separator: ", ")): "
                    + "ALTER TABLE \(quoted(schema.name)) \(parts.joined(separator: ", "));")
        }
        var names = Set<String>()
        for column in table.columns {
            if !names.insert(MySQLTableSchema.folded(column.name)).inserted {
                findings.append("the target takes two columns of \(table.name) for one: \(column.name)")
            }
            guard let target = schema.column(column.name) else { continue }
            if schema.fillsTimestamps, column.isNullable, !target.isNullable, target.dataType == "timestamp" {
                findings.append(
                    "column \(schema.name).\(target.name) is a TIMESTAMP NOT NULL, and with "
                        + "explicit_defaults_for_timestamp = OFF the target makes the current time of a NULL: "
                        + "ALTER TABLE \(quoted(schema.name)) MODIFY \(quoted(target.name)) \(target.columnType) NULL;")
            }
            guard MySQLStorage(column.type, in: target) == nil else { continue }
            findings.append(
                "column \(schema.name).\(target.name) is declared \(target.columnType), which would change or refuse some "
                    + "values of \(column.type.plainName): ALTER TABLE \(quoted(schema.name)) MODIFY "
                    + "\(quoted(target.name)) \(column.type.declaration(isMariaDB: isMariaDB));")
        }
        for target in schema.columns
        where target.isRequired && !names.contains(MySQLTableSchema.folded(target.name)) {
            findings.append(
                "column \(schema.name).\(target.name) is NOT NULL without a default, and the view does not have it: add "
                    + "it to the view, or give it a default")
        }
        return findings
    }

    private func keyFindings(_ table: Table, _ schema: MySQLTableSchema) -> [String] {
        guard !table.primaryKey.isEmpty else { return [SinkError.missingKey(table)] }
        let names = table.primaryKey.map { table.columns[$0].name }
        guard names.allSatisfy({ schema.column($0) != nil }) else { return [] }
        guard schema.uniqueKey(on: names) != nil else {
            return [
                "table \(schema.name) has no primary key or unique index on exactly (\(names.joined(separator: ", "))), "
                    + "by which its rows are found: ALTER TABLE \(quoted(schema.name)) ADD UNIQUE KEY "
                    + "(\(names.map(quoted).joined(separator: ", ")));"
            ]
        }
        return table.primaryKey.compactMap { collationFinding(table.columns[$0], schema) }
    }

    /// Rows whose keys the target takes for one would overwrite each other.
    private func collationFinding(_ column: Column, _ schema: MySQLTableSchema) -> String? {
        guard let target = schema.column(column.name), let collation = target.collation,
            !MySQLKeyCollation.tellsApart(column, in: target)
        else { return nil }
        let source = MySQLKeyCollation.collation(of: column).flatMap(\.name) ?? "of unknown collation"
        return
            "key column \(schema.name).\(target.name) has collation \(collation), which takes different keys of the source "
            + "(\(source)) for one: ALTER TABLE \(quoted(schema.name)) MODIFY \(quoted(target.name)) \(target.columnType) "
            + "CHARACTER SET utf8mb4 COLLATE \(MySQLKeyCollation.exact(isMariaDB: isMariaDB)) NOT NULL;"
    }

    private func sideEffectFindings(_ schema: MySQLTableSchema) -> [String] {
        var findings: [String] = []
        if !schema.triggers.isEmpty && !settings.allowsTriggers {
            findings.append(
                "table \(schema.name) has triggers (\(schema.triggers.joined(separator: ", "))), which would run for "
                    + "every change that is applied: drop them, or set triggers = allow")
        }
        guard settings.enforcesForeignKeys else { return findings }
        for key in schema.foreignKeys where MySQLTableSchema.isSame(key.child, schema.name) && !key.actions.isEmpty {
            findings.append(
                "the foreign key \(key.name) of table \(schema.name) to \(key.parent) says "
                    + "\(key.actions.joined(separator: ", ")), which would change rows besides those of the source: "
                    + "ALTER TABLE \(quoted(schema.name)) DROP FOREIGN KEY \(quoted(key.name)); and add it without "
                    + "that, or set foreign-keys = ignore")
        }
        return findings
    }

    private func quoted(_ name: String) -> String { Connection.identifier(name) }

    /// A table that would hold `table`.
    private func createTable(_ table: Table) -> String {
        let key = Set(table.primaryKey)
        var parts = table.columns.enumerated().map { index, column in
            let declaration =
                key.contains(index)
                ? keyDeclaration(column.type) + " NOT NULL"
                : column.type.declaration(isMariaDB: isMariaDB) + (column.isNullable ? " NULL" : " NOT NULL")
            return "\(quoted(column.name)) \(declaration)"
        }
        if !table.primaryKey.isEmpty {
            parts.append(
                "PRIMARY KEY (\(table.primaryKey.map { quoted(table.columns[$0].name) }.joined(separator: ", ")))")
        }
        return "CREATE TABLE \(quoted(table.name)) (\(parts.joined(separator: ", "))) ENGINE=InnoDB CHARSET=utf8mb4;"
    }

    /// Of a column that an index can hold whole, and that tells apart what the source does.
    private func keyDeclaration(_ type: ColumnType) -> String {
        switch type {
        case .text: "VARCHAR(255) COLLATE \(MySQLKeyCollation.exact(isMariaDB: isMariaDB))"
        case .blob: "VARBINARY(255)"
        default: type.declaration(isMariaDB: isMariaDB)
        }
    }
}
