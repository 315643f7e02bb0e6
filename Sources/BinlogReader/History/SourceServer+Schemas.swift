internal import MySQLClient
internal import Rows

extension SourceServer {
    /// Tables as the server describes them now, and where its log ended before and after it was asked.
    struct LiveSchemas {
        /// The selected tables that could be read, and the default collation of each database.
        var catalogue: SchemaCatalogue
        /// Selected tables whose definition was not understood, with the reason.
        var faults: [TableName: String] = [:]
        /// Those of them of which only some labels may be other ones.
        var unsure: [TableName: TableSchema] = [:]
        /// Where the log ended before the first question. A table is locked while a statement changes it and writes that to
        /// the log, and SHOW CREATE TABLE waits for the lock: no answer is ahead of the log.
        var begin: BinlogPosition
        /// Behind the last one: a table that no statement touches in between is here as it was described.
        var end: BinlogPosition
    }

    /// Reads the selected tables' definitions.
    func liveSchemas(where selects: @escaping @Sendable (TableName) -> Bool) throws(StreamError) -> LiveSchemas {
        let begin = try end()
        var live = LiveSchemas(catalogue: try emptyCatalogue(where: selects), begin: begin, end: begin)
        let defaults = try query("SELECT SCHEMA_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA")
        for row in defaults.rows.indices {
            guard let database = defaults.text(row, 0), let name = defaults.text(row, 1) else { continue }
            live.catalogue[collationOf: database] = Collation(name: name)
        }
        for name in try tables() where selects(name) {
            guard let statement = try statement(creating: name) else { continue }
            do throws(SchemaFault) {
                try live.catalogue.apply(Array(statement.utf8), in: .description(in: name.database))
            } catch {
                live.faults[name] = error.reason
            }
            if let column = live.catalogue[name]?.columns.first(where: \.mayHaveLostLabels) {
                live.unsure[name] = live.catalogue[name]
                live.catalogue[name] = nil
                live.faults[name] =
                    "a label of its column \(column.name) has a ?, or a character that the server prints as one in SHOW "
                    + "CREATE TABLE"
            }
        }
        live.end = try end()
        return live
    }

    /// MariaDB's tables of which full metadata leave something open: see ``OpenTable``.
    func tablesLeftOpen() throws(StreamError) -> [TableName] {
        // From that version on a VARBINARY may be a VECTOR.
        let looks =
            try version().isAtLeast(11, 7) ? "OR DATA_TYPE = 'varbinary' AND CHARACTER_MAXIMUM_LENGTH MOD 4 = 0" : ""
        let result = try query(
            """
            SELECT DISTINCT TABLE_SCHEMA, TABLE_NAME FROM information_schema.COLUMNS
            WHERE TABLE_SCHEMA NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')
              AND (DATA_TYPE IN ('uuid', 'inet4', 'inet6', 'vector') OR DATA_TYPE = 'longtext' AND COLLATION_NAME = 'utf8mb4_bin'
                   OR DATA_TYPE = 'binary' AND CHARACTER_MAXIMUM_LENGTH IN (4, 16) \(looks))
            UNION SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE TABLE_TYPE = 'SYSTEM VERSIONED'
            """)
        return result.rows.indices.compactMap { row in
            guard let database = result.text(row, 0), let name = result.text(row, 1) else { return nil }
            return TableName(database: database, name: name)
        }
    }

    /// A catalogue of this server that has no tables yet.
    func emptyCatalogue(
        where selects: @escaping @Sendable (TableName) -> Bool
    ) throws(StreamError) -> SchemaCatalogue {
        guard let folding = try query("SELECT @@GLOBAL.lower_case_table_names").text(0, 0) else {
            throw StreamError(.other, "the server did not say how it compares the names of tables")
        }
        return SchemaCatalogue(version: try version(), foldsNames: folding != "0", follows: selects)
    }

    /// Whether tables' columns are named in what the server logs from now on.
    func logsColumnNames() throws(StreamError) -> Bool {
        let result = try query("SHOW GLOBAL VARIABLES LIKE 'binlog_row_metadata'")
        return !result.rows.isEmpty && result.text(0, 1) == "FULL"
    }

    /// Whether the event at `place` is a statement that ends at `end`, as far as the server's listing tells.
    func hasStatement(endingAt end: BinlogPosition, from place: BinlogPosition) throws(StreamError) -> Bool {
        guard let listing = try listing(at: place), let type = listing.text(0, 2) else { return false }
        return type.hasPrefix("Query") && listing.text(0, 4) == "\(UInt32(truncatingIfNeeded: end.offset))"
    }
}

extension SchemaColumn {
    /// The servers keep definitions in utf8mb3, and print a label's other characters as `?`.
    fileprivate var mayHaveLostLabels: Bool {
        switch collation?.charset {
        case .utf8mb4, .utf16, .utf16le, .utf32, .gb18030: declared.labels.contains { $0.contains("?") }
        default: false
        }
    }
}
