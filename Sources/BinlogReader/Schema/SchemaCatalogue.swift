package import MySQLClient
package import Rows

/// What tables of a server are: read from it at some point, and moved on by the statements of its log. A value: a copy
/// is the schema as of then. It has the tables that it was given, and those that statements make and `follows` takes.
package struct SchemaCatalogue: Sendable {
    package typealias Name = SourceServer.TableName

    /// Decides what words mean that the servers, or their versions, read differently.
    package let version: ServerVersion
    /// `lower_case_table_names` is not 0: names are the same in capitals and small letters, and the log's rows have them
    /// in small ones.
    package let foldsNames: Bool
    private let follows: @Sendable (Name) -> Bool
    /// Tables that it lacks may be there all the same; and a new one whose text has the default of a database that nobody told
    /// is followed, that text in a character set that is ``Collation/unknown``.
    package var isPartial = false
    package internal(set) var tables: [Name: TableSchema] = [:]
    /// The default collation of each database that is known.
    package internal(set) var databases: [String: Collation] = [:]

    package init(
        version: ServerVersion, foldsNames: Bool = false, follows: @escaping @Sendable (Name) -> Bool = { _ in true }
    ) {
        self.version = version
        self.foldsNames = foldsNames
        self.follows = follows
    }

    package subscript(name: Name) -> TableSchema? {
        get { tables[folded(name)] }
        set { tables[folded(name)] = newValue }
    }

    package subscript(collationOf database: String) -> Collation? {
        get { databases[folded(database)] }
        set { databases[folded(database)] = newValue }
    }

    package mutating func setCollation(_ collation: Collation?, ofDatabase database: String) {
        self[collationOf: database] = collation
    }

    /// Does to the catalogue what the statement did on the server. Where it throws, the catalogue is unchanged.
    /// - Parameter statement: In the character set that `context` says.
    /// - Returns: The tables that it touched, of those that the catalogue had or has: made, changed, emptied, renamed
    ///   (both names), dropped. None for a statement that is about none of them, whatever its form.
    @discardableResult
    package mutating func apply(
        _ statement: [UInt8], in context: StatementContext
    ) throws(SchemaFault) -> Set<Name> {
        let change = try SchemaStatement(statement, context, in: self)
        tables = change.catalogue.tables
        databases = change.catalogue.databases
        return change.touched
    }

    func folded(_ name: Name) -> Name {
        foldsNames ? Name(database: name.database.lowercased(), name: name.name.lowercased()) : name
    }

    func folded(_ database: String) -> String { foldsNames ? database.lowercased() : database }

    func isFollowed(_ name: Name) -> Bool { tables[name] != nil || follows(name) }

    /// What a table of `database` inherits.
    func inherited(of database: String) -> Collation? {
        databases[database] ?? (isPartial ? .unknown : nil)
    }
}
