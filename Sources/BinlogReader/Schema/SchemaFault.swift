/// A statement that changes tables of a catalogue in a way that the catalogue cannot follow. It is unchanged.
package struct SchemaFault: Error, Equatable, CustomStringConvertible {
    package enum Kind: Equatable, Sendable {
        /// What the statement makes of the table, its text does not tell, or this code does not know.
        case cannotFollow
        /// The catalogue does not have what the statement speaks of: it is not the schema that the statement ran on.
        case doesNotFit
    }

    package var kind: Kind
    /// The tables whose schema is not known after the statement.
    package var tables: [SourceServer.TableName]
    /// `the server's default collation is not known`; without values of the statement.
    package var reason: String

    package init(_ kind: Kind, tables: [SourceServer.TableName] = [], _ reason: String) {
        self.kind = kind
        self.tables = tables
        self.reason = reason
    }

    /// The reason where nothing says what text of a table is by default.
    static let unknownDefault = "the default character set of the table's database is not known"

    package var description: String {
        let names = tables.map { "\($0.database).\($0.name)" }.joined(separator: ", ")
        return names.isEmpty ? reason : "\(names): \(reason)"
    }
}
