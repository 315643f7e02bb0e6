internal import Rows

extension SchemaCatalogue {
    /// What is kept of a table as it is here.
    /// - Parameter reason: why it is not told, where it is not.
    func version(
        of table: Name, from place: BinlogPosition, _ statement: BinlogPosition? = nil, untold reason: String?,
        isAsked: Bool = false
    ) -> SchemaVersion {
        let state: SchemaVersion.State
        if let schema = self[table] {
            state = .table(schema.statement(creating: table))
        } else {
            state = reason.map { .untold($0) } ?? .absent
        }
        return SchemaVersion(table, from: place, state, statement: statement, isAsked: isAsked)
    }

    /// Likewise of the databases whose default collation is another one than `before`.
    func versions(
        ofDatabasesSince before: SchemaCatalogue, from place: BinlogPosition, _ statement: BinlogPosition? = nil
    ) -> [SchemaVersion] {
        databases.filter { before.databases[$0.key] != $0.value }.map { name, collation in
            SchemaVersion(
                Name(database: name, name: ""), from: place, .database(collation: collation.name ?? ""),
                statement: statement)
        }
    }

    /// Makes a version what holds here. Throws if it cannot be read.
    mutating func put(_ version: SchemaVersion) throws(SchemaStoreDamage) {
        let name = "\(version.table.database).\(version.table.name)"
        switch version.state {
        case .absent, .untold, .spared: self[version.table] = nil
        case .database(let collationName):
            guard let collation = Collation(name: collationName) else {
                throw SchemaStoreDamage(
                    "the collation \(collationName) of database \(version.table.database) is unknown")
            }
            self[collationOf: version.table.database] = collation
        case .table(let text):
            self[version.table] = nil
            do throws(SchemaFault) {
                try apply(Array(text.utf8), in: .description(in: version.table.database))
            } catch {
                throw SchemaStoreDamage("what is kept of \(name): \(error)")
            }
            guard self[version.table] != nil else {
                throw SchemaStoreDamage("what is kept of \(name) is no such table")
            }
        }
    }
}
