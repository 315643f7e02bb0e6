internal import MySQLClient
package import Rows

/// Tables as a file of SQL declares them: what they were where reading begins, moved on by the statements of the log. For
/// logs without a server. Where it is kept in a store, it can be taken up at any place behind. Confined to the reader's
/// thread.
package final class DeclaredSchemas: TableSchemas {
    package typealias Name = SourceServer.TableName

    fileprivate let file: SchemaFile
    private let selects: (_ database: String, _ table: String) -> Bool
    private let store: (any SchemaStore)?
    /// Where reading begins that is kept.
    private let place: BinlogPosition
    private var catalogue: SchemaCatalogue?
    private var untold: [Name: String] = [:]
    private var changes = ColumnChanges()

    /// - Parameters:
    ///   - selects: a table of these that the file does not tell is an error; another one is untold.
    ///   - store: what ``DeclaredHistory`` has prepared for reading from `place`; nil: nothing is kept.
    package init(
        _ file: SchemaFile, selects: @escaping (_ database: String, _ table: String) -> Bool,
        store: (any SchemaStore)? = nil, from place: BinlogPosition? = nil
    ) {
        self.file = file
        self.selects = selects
        self.store = store
        self.place = place ?? BinlogPosition(file: "", offset: 0)
    }

    package func begin(logOf serverVersion: String) throws {
        if catalogue != nil { return }
        let empty = SchemaCatalogue(version: ServerVersion(serverVersion))
        guard let store, var kept = try store.load() else {
            catalogue = try declare(in: empty)
            return
        }
        var catalogue = empty
        if kept.isDeclared {
            for version in kept.pruned(to: place).versions where !place.isBefore(version.from) {
                try catalogue.put(version)
                changes.note(version)
                if case .untold(let reason) = version.state { untold[version.table] = reason }
            }
        } else {
            catalogue = try declare(in: empty)
            kept.declare(catalogue, untold: untold, by: file)
            try store.replace(with: kept)
        }
        self.catalogue = catalogue
    }

    private func declare(in empty: SchemaCatalogue) throws -> SchemaCatalogue {
        var catalogue = empty
        for statement in SQLFile(file.text).statements where statement.declares {
            guard statement.isQualified || !statement.database.isEmpty else {
                throw DeclarationError(
                    "\(file.path):\(statement.line): in which database is the table? Write USE database; before it")
            }
            do throws(SchemaFault) {
                let touched = try catalogue.apply(statement.text, in: StatementContext(database: statement.database))
                for name in touched { untold[name] = nil }
            } catch {
                guard !error.tables.isEmpty, !error.tables.contains(where: { selects($0.database, $0.name) }) else {
                    throw DeclarationError("\(file.path):\(statement.line): \(error)\(Self.wayOut(of: error))")
                }
                for name in error.tables {
                    catalogue[name] = nil
                    untold[name] = "\(file.path):\(statement.line): \(error.reason)\(Self.wayOut(of: error))"
                }
            }
        }
        return catalogue
    }

    private static func wayOut(of fault: SchemaFault) -> String {
        guard fault.reason == SchemaFault.unknownDefault else { return "" }
        return ". Add CHARACTER SET … behind the columns of the CREATE TABLE, or CREATE DATABASE … CHARACTER SET …; "
            + "in front of it"
    }

    package func take(_ statement: LoggedStatement) throws -> Set<Name> {
        guard let before = catalogue else { return [] }
        var moved = before
        let (touched, fault) = moved.follow(statement)
        var changed = touched.filter { moved[$0] != before[$0] || untold[$0] != nil }
        for name in changed { untold[name] = nil }
        for name in fault?.tables.map(moved.folded) ?? [] {
            changed.insert(name)
            moved[name] = nil
            untold[name] = "the statement at \(statement.place.event) changed it: \(fault?.reason ?? "")"
        }
        catalogue = moved
        changes.note(changed, at: statement.place.event, before, moved)
        guard let store else { return touched }
        let versions = changed.map {
            moved.version(of: $0, from: statement.next, statement.place.event, untold: untold[$0])
        }
        let all =
            versions + moved.versions(ofDatabasesSince: before, from: statement.next, statement.place.event)
        if !all.isEmpty { try store.add(all) }
        return touched
    }

    package func answer(for table: Name, at place: LogPlace) throws -> SchemaAnswer {
        if let schema = catalogue?[table] {
            try changes.check(catalogue?.folded(table) ?? table, at: place)
            return .known(schema)
        }
        // Nobody declared it: then it prints by number.
        guard let reason = untold[table] else { return .untold }
        throw SchemaHistoryError.undeclared(table, at: place.event, reason: reason)
    }
}

extension DeclaredSchemas {
    package func hints(for table: Name, _ open: OpenTable, at place: LogPlace) throws -> TableHints? {
        guard let schema = catalogue?[table] else {
            // Nobody declared it.
            guard let reason = untold[table] else { return TableHints() }
            throw SchemaHistoryError.open(
                table, at: place.event, columns: open.columns, change: nil, reason: reason)
        }
        guard open.fits(schema) else {
            throw SchemaHistoryError.open(
                table, at: place.event, columns: open.columns, change: nil,
                reason: "the table of \(file.path) has other columns than the log has there")
        }
        return open.hints(of: schema)
    }
}

/// What is wrong with a file of declarations: one line.
package struct DeclarationError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
