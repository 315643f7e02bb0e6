import CMySQL
import Glibc

/// One session on a server: the owner of a `MYSQL*`, and of the `MYSQL_RES*` that ``RowStream`` reads through it.
/// Confined to one thread at a time; ``interrupter`` is for the others.
public final class Connection {
    /// Ends this session's waiting for the server, from any thread.
    public let interrupter: Interrupter
    /// Of the session's server.
    public let serverVersion: ServerVersion
    /// The server's number for the session, as in `KILL`.
    public let identifier: UInt64

    let handle: UnsafeMutablePointer<MYSQL>
    /// Of the last packet read.
    var packetCount = 0

    /// Connects and logs in. The session speaks utf8mb4.
    public init(_ options: ConnectionOptions) throws(MySQLError) {
        _ = Self.libraryIsReady
        let handle: UnsafeMutablePointer<MYSQL>
        switch options.tls.mode {
        case .disabled: handle = try Self.open(options, withTLS: false)
        case .preferred where options.socket != nil: handle = try Self.open(options, withTLS: false)
        case .preferred:
            do throws(MySQLError) {
                handle = try Self.open(options, withTLS: true)
            } catch {
                guard error.isTLSMissing else { throw error }
                handle = try Self.open(options, withTLS: false)
            }
        case .required, .verifyCA, .verifyIdentity: handle = try Self.open(options, withTLS: true)
        }
        let descriptor = mysql_get_socket(handle)
        // The library does not ask for it, and a child process must not keep the session open.
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        interrupter = Interrupter(socket: descriptor)
        serverVersion = ServerVersion(mysql_get_server_info(handle).map { String(cString: $0) } ?? "")
        identifier = UInt64(mysql_thread_id(handle))
        self.handle = handle
    }

    deinit {
        interrupter.close()
        mysql_close(handle)
    }

    /// The cipher of the session; nil: it is not encrypted.
    public var cipher: String? {
        mysql_get_ssl_cipher(handle).map { String(cString: $0) }
    }

    /// Whether packets go compressed: asked for, and the server agreed.
    public var isCompressed: Bool { handle.pointee.net.compress != 0 }

    // MARK: Statements

    /// Runs one statement and keeps all its rows in memory.
    public func query(_ sql: String) throws(MySQLError) -> ResultSet {
        try send(sql)
        var result = ResultSet()
        guard let stored = mysql_store_result(handle) else {
            try checkNoResult()
            return result
        }
        defer { mysql_free_result(stored) }
        result.columns = Self.columnNames(stored)
        let columnCount = result.columns.count
        while let row = mysql_fetch_row(stored), let lengths = mysql_fetch_lengths(stored) {
            result.rows.append(
                (0..<columnCount).map { column in
                    row[column].map { [UInt8](UnsafeRawBufferPointer(start: $0, count: Int(lengths[column]))) }
                })
        }
        return result
    }

    /// Runs one statement whose rows are read one by one, in constant memory. The session takes no other statement
    /// until the stream is read to its end; a stream let go of earlier ends the session with it, since the server
    /// would else have to send all the rest.
    public func stream(_ sql: String) throws(MySQLError) -> RowStream {
        try send(sql)
        guard let result = mysql_use_result(handle) else {
            try checkNoResult()
            throw MySQLError(code: 0, sqlState: "HY000", message: "a statement without rows was to be streamed")
        }
        return RowStream(self, result, columns: Self.columnNames(result))
    }

    /// Runs one statement and drops what it returns.
    /// - Returns: the number of rows that it changed.
    @discardableResult
    public func execute(_ sql: String) throws(MySQLError) -> UInt64 {
        try send(sql)
        if let stored = mysql_store_result(handle) {
            mysql_free_result(stored)
            return 0
        }
        try checkNoResult()
        return UInt64(mysql_affected_rows(handle))
    }

    /// Runs statements that are separated by semicolons; stops at the first that fails.
    public func execute(script: String) throws(MySQLError) {
        guard mysql_set_server_option(handle, MYSQL_OPTION_MULTI_STATEMENTS_ON) == 0 else {
            throw lastError
        }
        defer { mysql_set_server_option(handle, MYSQL_OPTION_MULTI_STATEMENTS_OFF) }
        try send(script)
        var more: Int32
        repeat {
            if let stored = mysql_store_result(handle) {
                mysql_free_result(stored)
            } else {
                try checkNoResult()
            }
            more = mysql_next_result(handle)
        } while more == 0
        if more > 0 { throw lastError }
    }

    /// Runs one statement, or several separated by semicolons (``ConnectionOptions/allowsManyStatements``), in one round
    /// trip; drops the rows that they return.
    /// - Parameter outcomes: replaced by one a statement. Where one fails, which is thrown, those before it stay done,
    ///   and those behind it were not begun.
    public func run(
        _ statements: [UInt8], _ outcomes: inout [StatementOutcome], answered: () -> Void = {}
    ) throws(MySQLError) {
        outcomes.removeAll(keepingCapacity: true)
        let failed = statements.withUnsafeBytes { bytes in
            mysql_real_query(handle, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), UInt(bytes.count))
        }
        guard failed == 0 else { throw lastError }
        var more: Int32
        repeat {
            if let stored = mysql_store_result(handle) {
                mysql_free_result(stored)
                outcomes.append(StatementOutcome())
            } else {
                try checkNoResult()
                outcomes.append(
                    StatementOutcome(
                        affectedRows: UInt64(mysql_affected_rows(handle)), warningCount: mysql_warning_count(handle),
                        information: mysql_info(handle)))
            }
            answered()
            more = mysql_next_result(handle)
        } while more == 0
        if more > 0 { throw lastError }
    }

    /// `text` as an SQL string literal, quotes included, escaped as this session's `sql_mode` needs it.
    public func literal(_ text: String) -> String {
        var text = text
        let escaped = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { source in
                [UInt8](unsafeUninitializedCapacity: source.count * 2 + 1) { buffer, count in
                    buffer.withMemoryRebound(to: CChar.self) { target in
                        count = Int(
                            mysql_real_escape_string(
                                handle, target.baseAddress, source.baseAddress ?? UnsafePointer(target.baseAddress),
                                UInt(source.count)))
                    }
                }
            }
        }
        return "'\(String(decoding: escaped, as: UTF8.self))'"
    }

    /// `name` as an SQL identifier, in backticks.
    public static func identifier(_ name: String) -> String {
        "`" + name.split(separator: "`", omittingEmptySubsequences: false).joined(separator: "``") + "`"
    }

    // MARK: The handle

    private func send(_ sql: String) throws(MySQLError) {
        var sql = sql
        let failed = sql.withUTF8 { text in
            text.withMemoryRebound(to: CChar.self) { mysql_real_query(handle, $0.baseAddress, UInt($0.count)) }
        }
        guard failed == 0 else { throw lastError }
    }

    /// Throws unless the statement has no rows to return. Where the connection is lost among the rows, the library sets
    /// the number of their columns to 0 as well, and only its error tells (`end_server` in libmariadb/mariadb_lib.c).
    private func checkNoResult() throws(MySQLError) {
        guard mysql_field_count(handle) == 0, mysql_errno(handle) == 0 else { throw lastError }
    }

    private static func columnNames(_ result: UnsafeMutablePointer<MYSQL_RES>) -> [String] {
        (0..<mysql_num_fields(result)).map { index in
            mysql_fetch_field_direct(result, index).map { String(cString: $0.pointee.name) } ?? ""
        }
    }

    /// Of the session, which had come about.
    var lastError: MySQLError {
        var error = Self.lastError(handle)
        // How the library says it depends on where it read, and on whether the session is encrypted.
        if error.isLinkFailure, interrupter.isClosedByPeer { error.message = MySQLError.closedByServer }
        return error
    }

    static func lastError(_ handle: UnsafeMutablePointer<MYSQL>) -> MySQLError {
        MySQLError(
            code: mysql_errno(handle), sqlState: String(cString: mysql_sqlstate(handle)),
            message: String(cString: mysql_error(handle)))
    }

}
