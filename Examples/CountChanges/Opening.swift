import BinlogReader
import MySQLClient
import Rows

/// A binlog file, or a folder of them, from `start` on; nil: from the first one's head.
func openFiles(_ path: String, from start: BinlogPosition?) throws -> ChangeReader {
    try ChangeReader(path: path, from: start)
}

/// The log of a server from `start` on; nil: from the oldest file that it still has. Ends where the log ends now.
func openServer(_ url: String, from start: BinlogPosition?) throws -> ChangeReader {
    var connection = try ConnectionOptions(url: url)
    // From the environment (MYSQL_PWD) or ~/.my.cnf.
    try connection.findCredentials()
    // An id that no other replica of the server has: it ends the older of two streams with the same one.
    var options = ServerStreamOptions(connection: connection, serverID: 4_000_000_001)
    // Else it waits for what is logged next.
    options.endsAtEnd = true
    return try ChangeReader(
        server: options, from: start ?? SourceServer(connection).earliest(),
        // Asked for what MariaDB's log does not tell of a column: UUID, INET4, INET6, JSON, VECTOR.
        options: ReaderOptions(hints: InformationSchemaHints(connection)))
}
