import Glibc
import Rows

/// What keeps a SQLite file from holding target tables as they are, each with how to mend it.
struct SQLiteFindings {
    let settings: SQLiteSettings

    /// The folder of the file, if nothing can be made in it and SQLite's log is not there already.
    private static func closedFolder(of path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        let real = String(cString: resolved)
        guard let slash = real.lastIndex(of: "/"), access(real + "-wal", W_OK) != 0 else { return nil }
        let folder = slash == real.startIndex ? "/" : String(real[..<slash])
        return access(folder, W_OK | X_OK) == 0 ? nil : folder
    }

    func findings(for tables: [Table], on connection: SQLiteConnection) throws(SQLiteError) -> [String] {
        var findings: [String] = []
        if connection.isReadOnly {
            findings.append("SQLite file \(connection.path) cannot be written: give this user write access to it")
        } else if let folder = Self.closedFolder(of: connection.path) {
            findings.append(
                "SQLite file \(connection.path) cannot be written: give this user write access to its folder \(folder) "
                    + "too, where SQLite keeps the log of its changes")
        }
        var seen: [String: Table] = [:]
        for table in tables {
            let name = SQLiteTableSchema.folded(table.name)
            // Tables that one view reads have one target.
            if let other = seen.updateValue(table, forKey: name), other.qualifiedName != table.qualifiedName {
                findings.append(
                    "\(other.qualifiedName) and \(table.qualifiedName) would both be written to table \(table.name) of "
                        + "the SQLite file, which is one database: rename one in its view")
            }
            if let schema = try SQLiteTableSchema(of: table.name, on: connection) {
                findings += self.findings(for: table, in: schema)
            } else {
                findings.append(
                    "the SQLite file has no table \(table.name); make it, for example: \(Self.createTable(table))")
            }
        }
        return findings
    }

    private func findings(for table: Table, in schema: SQLiteTableSchema) -> [String] {
        if [CheckpointTable.pipelines, CheckpointTable.lanes].contains(SQLiteTableSchema.folded(table.name)) {
            return ["table \(table.name) is the replicator's own: rename the target in its view"]
        }
        guard schema.kind == "table" else {
            return ["\(schema.name) is a \(schema.kind) of the SQLite file, and rows go to tables only"]
        }
        return columnFindings(table, schema) + keyFindings(table, schema) + sideEffectFindings(schema)
    }

    private func columnFindings(_ table: Table, _ schema: SQLiteTableSchema) -> [String] {
        var findings: [String] = []
        let quoted = Self.quoted(schema.name)
        let missing = table.columns.filter { schema.column($0.name) == nil }
        if !missing.isEmpty {
            let names = missing.map(\.name).joined(separator: ", ")
            let statements = missing.map {
                "ALTER TABLE \(quoted) ADD COLUMN \(Self.quoted($0.name)) "
                    + "\(SQLiteStorage.recommendedType(for: $0.type));"
            }
            findings.append(
                "table \(schema.name) lacks \(missing.count == 1 ? "column" : "columns") \(names): "
                    + statements.joined(separator: " "))
        }
        var names = Set<String>()
        for column in table.columns {
            if !names.insert(SQLiteTableSchema.folded(column.name)).inserted {
                findings.append("SQLite takes two columns of \(table.name) for one: \(column.name)")
            }
            guard let target = schema.column(column.name) else { continue }
            if target.isGenerated {
                findings.append("column \(schema.name).\(target.name) is generated: leave it out of the view")
            } else if SQLiteStorage(column.type, affinity: target.affinity, isStrict: schema.isStrict) == nil {
                findings.append(Self.affinityFinding(column, target, schema))
            }
        }
        for target in schema.columns where target.isRequired && !names.contains(SQLiteTableSchema.folded(target.name)) {
            findings.append(
                "column \(schema.name).\(target.name) is NOT NULL without a default, and the view does not have it: add "
                    + "it to the view, or give it a default")
        }
        return findings
    }

    private static func affinityFinding(
        _ column: Column, _ target: SQLiteTableSchema.Column, _ schema: SQLiteTableSchema
    ) -> String {
        let declared = target.declaredType.isEmpty ? "no type" : target.declaredType
        let reason = schema.isStrict ? "which cannot hold" : "which would change some values of"
        return "column \(schema.name).\(target.name) is declared \(declared), \(reason) "
            + "\(column.type.plainName): make the table anew with it declared "
            + SQLiteStorage.recommendedType(for: column.type)
    }

    private func keyFindings(_ table: Table, _ schema: SQLiteTableSchema) -> [String] {
        guard !table.primaryKey.isEmpty else { return [SinkError.missingKey(table)] }
        let names = table.primaryKey.map { table.columns[$0].name }
        guard names.allSatisfy({ schema.column($0) != nil }) else { return [] }
        guard let key = schema.uniqueKey(on: names) else {
            let quoted = names.map(Self.quoted).joined(separator: ", ")
            return [
                "table \(schema.name) has no primary key or unique index on exactly (\(names.joined(separator: ", "))), "
                    + "by which its rows are found: CREATE UNIQUE INDEX \(Self.quoted(schema.name + "_key")) "
                    + "ON \(Self.quoted(schema.name)) (\(quoted));"
            ]
        }
        return zip(key.columns, key.collations).filter { $0.1 != "BINARY" }.map { name, collation in
            "key column \(schema.name).\(name) has collation \(collation), which takes different keys of the source for "
                + "one: make the table anew with COLLATE BINARY for it"
        }
    }

    private func sideEffectFindings(_ schema: SQLiteTableSchema) -> [String] {
        var findings: [String] = []
        if !schema.triggers.isEmpty && !settings.allowsTriggers {
            findings.append(
                "table \(schema.name) has triggers (\(schema.triggers.joined(separator: ", "))), which would run for "
                    + "every change that is applied: drop them, or set triggers = allow")
        }
        guard settings.enforcesForeignKeys else { return findings }
        for key in schema.foreignKeys where !key.actions.isEmpty {
            findings.append(
                "the foreign key of table \(schema.name) to \(key.parent) says \(key.actions.joined(separator: ", ")), "
                    + "which would change rows besides those of the source: make the table anew without it, or set "
                    + "foreign-keys = ignore")
        }
        return findings
    }

    /// A name for statements that users paste: a shell would take backticks for a command.
    private static func quoted(_ name: String) -> String {
        "\"\(name.replacing("\"", with: "\"\""))\""
    }

    /// A table that would hold `table`.
    private static func createTable(_ table: Table) -> String {
        var parts = table.columns.map {
            "\(quoted($0.name)) \(SQLiteStorage.recommendedType(for: $0.type))"
        }
        if !table.primaryKey.isEmpty {
            let key = table.primaryKey.map { quoted(table.columns[$0].name) }
            parts.append("PRIMARY KEY (\(key.joined(separator: ", ")))")
        }
        return "CREATE TABLE \(quoted(table.name)) (\(parts.joined(separator: ", ")));"
    }
}

extension ColumnType {
    /// What users call the type.
    var plainName: String {
        switch self {
        case .integer(_, let unsigned): unsigned ? "unsigned integers" : "integers"
        case .decimal: "DECIMAL"
        case .float: "FLOAT"
        case .double: "DOUBLE"
        case .bit: "BIT"
        case .year: "YEAR"
        case .date: "DATE"
        case .time: "TIME"
        case .dateTime: "DATETIME"
        case .timestamp: "TIMESTAMP"
        case .text: "text"
        case .binary, .blob: "binary data"
        case .enumeration: "ENUM"
        case .set: "SET"
        case .json: "JSON"
        case .geometry: "geometry"
        case .vector: "VECTOR"
        case .uuid: "UUID"
        case .inet4: "INET4"
        case .inet6: "INET6"
        }
    }
}
