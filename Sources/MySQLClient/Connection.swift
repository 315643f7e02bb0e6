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

    private let handle: UnsafeMutablePointer<MYSQL>

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

    /// Connects and logs in; the handle is the caller's to close.
    private static func open(
        _ options: ConnectionOptions, withTLS: Bool
    ) throws(MySQLError) -> UnsafeMutablePointer<MYSQL> {
        guard let handle = mysql_init(nil) else {
            throw MySQLError(code: UInt32(CR_OUT_OF_MEMORY), sqlState: "HY001", message: "out of memory")
        }
        Self.configure(handle, options)
        if withTLS { Self.configureTLS(handle, options.tls) }
        let connected = mysql_real_connect(
            handle, options.socket == nil ? options.host : nil, options.user, options.password, options.database,
            UInt32(options.port), options.socket, Self.flags(options))
        var error = Self.lastError(handle)
        error.server = options.description
        error.lacked = .init(options.tls, withTLS: withTLS)
        guard connected != nil else {
            mysql_close(handle)
            if error.isCutOff(options.tls) {
                error.code = UInt32(CR_SERVER_HANDSHAKE_ERR)
                error.message = "the connection ended in the TLS handshake"
            }
            throw error
        }
        // Whatever the library thinks of it: no session without what was asked for.
        guard !withTLS || mysql_get_ssl_cipher(handle) != nil else {
            mysql_close(handle)
            error.code = UInt32(CR_SSL_CONNECTION_ERROR)
            error.message = MySQLError.tlsIsMissing
            throw error
        }
        return handle
    }

    /// The cipher of the session; nil: it is not encrypted.
    public var cipher: String? {
        mysql_get_ssl_cipher(handle).map { String(cString: $0) }
    }

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

    // MARK: Packets

    /// Sends a command of the client/server protocol whose answer is read as packets.
    public func send(_ command: ServerCommand, _ payload: [UInt8]) throws(MySQLError) {
        // What `mysql_send_query` and `mariadb_rpl_open` call too; `skip_check` leaves the answer to us.
        let code = enum_server_command(rawValue: UInt32(command.rawValue))
        let failed = payload.withUnsafeBytes { bytes in
            handle.pointee.methods.pointee.db_command(
                handle, code, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, 1, nil)
        }
        guard failed == 0 else { throw lastError }
    }

    /// Waits for the next packet, which is whole: those that the protocol splits at 16 MiB are joined. Throws what an
    /// ERR packet says, and if the connection or its read timeout ends.
    public func readPacket() throws(MySQLError) {
        let count = mysql_net_read_packet(handle)
        // `packet_error` (mariadb_com.h): the length that stands for a failure.
        guard count != UInt(UInt32.max) else {
            packetCount = 0
            throw lastError
        }
        packetCount = Int(count)
    }

    /// The last packet read. Valid until the next call of any method.
    public var packet: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: handle.pointee.net.read_pos, count: packetCount)
    }

    private var packetCount = 0

    /// Whether bytes from the server wait to be read, or the connection has ended; else the next packet is (mostly) still
    /// to come. What the client library has in its own buffer does not count.
    public var hasInput: Bool {
        var socket = pollfd(fd: mysql_get_socket(handle), events: Int16(POLLIN), revents: 0)
        return poll(&socket, 1, 0) != 0
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

    private static func configure(_ handle: UnsafeMutablePointer<MYSQL>, _ options: ConnectionOptions) {
        let set = { (option: mysql_option, value: UInt32) in
            withUnsafePointer(to: value) { _ = mysql_options(handle, option, $0) }
        }
        set(MYSQL_OPT_CONNECT_TIMEOUT, options.connectTimeoutSeconds)
        if let seconds = options.readTimeoutSeconds { set(MYSQL_OPT_READ_TIMEOUT, seconds) }
        if let seconds = options.writeTimeoutSeconds { set(MYSQL_OPT_WRITE_TIMEOUT, seconds) }
        // A server may ask a client for any of its files; never answer.
        set(MYSQL_OPT_LOCAL_INFILE, 0)
        // By itself, the library takes a socket where the host is "localhost".
        let byProtocol = options.socket == nil ? MYSQL_PROTOCOL_TCP : MYSQL_PROTOCOL_SOCKET
        set(MYSQL_OPT_PROTOCOL, byProtocol.rawValue)
        mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4")
    }

    private static func configureTLS(_ handle: UnsafeMutablePointer<MYSQL>, _ tls: TLSOptions) {
        // The library looks at the chain of certificates if it has an authority, and at the host's name if told to.
        mysql_ssl_set(
            handle, tls.key, tls.certificate, tls.verifies ? tls.authorities : nil,
            tls.verifies ? tls.authoritiesFolder : nil, nil)
        let set = { (option: mysql_option, value: Bool) in
            withUnsafePointer(to: value ? UInt8(1) : 0) { _ = mysql_options(handle, option, $0) }
        }
        set(MYSQL_OPT_SSL_ENFORCE, true)
        set(MYSQL_OPT_SSL_VERIFY_SERVER_CERT, tls.mode == .verifyIdentity)
    }

    private static func flags(_ options: ConnectionOptions) -> UInt {
        // Bits of mariadb_com.h.
        (options.countsFoundRows ? 1 << 1 : 0) | (options.allowsManyStatements ? 1 << 16 : 0)
    }

    private static func columnNames(_ result: UnsafeMutablePointer<MYSQL_RES>) -> [String] {
        (0..<mysql_num_fields(result)).map { index in
            mysql_fetch_field_direct(result, index).map { String(cString: $0.pointee.name) } ?? ""
        }
    }

    /// Of the session, which had come about.
    fileprivate var lastError: MySQLError {
        var error = Self.lastError(handle)
        // How the library says it depends on where it read, and on whether the session is encrypted.
        if error.isLinkFailure, interrupter.isClosedByPeer { error.message = MySQLError.closedByServer }
        return error
    }

    private static func lastError(_ handle: UnsafeMutablePointer<MYSQL>) -> MySQLError {
        MySQLError(
            code: mysql_errno(handle), sqlState: String(cString: mysql_sqlstate(handle)),
            message: String(cString: mysql_error(handle)))
    }

    /// `mysql_init` would do this itself, but not safely from two threads at once.
    private static let libraryIsReady = mysql_server_init(0, nil, nil) == 0
}

/// A command byte of the client/server protocol (`enum_server_command`).
public enum ServerCommand: UInt8, Sendable {
    case binlogDump = 18
    case registerReplica = 21
    case binlogDumpGTID = 30
}

/// The rows of a query, read from the server one by one. Confined to its connection's thread.
public struct RowStream: ~Copyable {
    public let columns: [String]
    private let connection: Connection
    private let result: UnsafeMutablePointer<MYSQL_RES>
    private var row: MYSQL_ROW?
    private var lengths: UnsafeMutablePointer<UInt>?
    private var isAtEnd = false

    fileprivate init(_ connection: Connection, _ result: UnsafeMutablePointer<MYSQL_RES>, columns: [String]) {
        self.connection = connection
        self.result = result
        self.columns = columns
    }

    deinit {
        // To free a result reads its rows to their end.
        if !isAtEnd { connection.interrupter.interrupt() }
        mysql_free_result(result)
    }

    /// Reads on to the next row; false: there is none.
    public mutating func next() throws(MySQLError) -> Bool {
        guard !isAtEnd else { return false }
        row = mysql_fetch_row(result)
        lengths = mysql_fetch_lengths(result)
        if row == nil {
            isAtEnd = true
            let error = connection.lastError
            if error.code != 0 { throw error }
        }
        return row != nil
    }

    /// A value of the current row, as the text protocol sent it; nil is NULL.
    @_lifetime(borrow self)
    public func value(_ column: Int) -> Span<UInt8>? {
        precondition(column >= 0 && column < columns.count, "a column that the query does not have")
        guard let row, let lengths, let start = row[column] else { return nil }
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(lengths[column])).assumingMemoryBound(
            to: UInt8.self)
        // SAFETY: the library keeps the row until the next `mysql_fetch_row`, which is `mutating`, so not while the span lives.
        return _overrideLifetime(bytes.span, borrowing: self)
    }
}
