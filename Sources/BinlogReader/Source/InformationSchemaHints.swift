public import MySQLClient
import Rows

/// Asks a live server's information_schema for the types that TABLE_MAP metadata does not tell. Confined to the thread
/// that reads; connects at the first question.
public final class InformationSchemaHints: ColumnHints {
    private let server: SourceServer

    public init(_ options: ConnectionOptions) {
        server = SourceServer(options)
    }

    /// Ends a question that waits for the server, from another thread.
    public var stopper: StreamStopper { server.stopper }

    /// Throws a ``StreamError``: the server cannot be asked, or the table is no longer what the event describes.
    public func hints(database: String, table name: String, columns: [String]) throws -> [String: ColumnHint] {
        let way =
            "; these rows can be replicated only while the table has these columns: start after the change, or leave "
            + "the table out"
        guard let table = try server.table(database: database, name: name) else {
            throw StreamError(
                .unsuitable,
                "\(database).\(name) is no longer there (or not visible to the account), so nobody can tell whether its "
                    + "columns are UUID, INET or JSON\(way)")
        }
        var hints: [String: ColumnHint] = [:]
        for column in columns {
            guard let index = table.index(of: column) else {
                throw StreamError(
                    .unsuitable,
                    "\(database).\(name) no longer has the column \(column), so nobody can tell whether it is UUID, "
                        + "INET or JSON\(way)")
            }
            switch table.columns[index].type {
            case .uuid: hints[column] = .uuid
            case .inet4: hints[column] = .inet4
            case .inet6: hints[column] = .inet6
            case .json: hints[column] = .json
            default: break
            }
        }
        return hints
    }
}
