import CMySQL

/// One session on a server: the owner of a `MYSQL*`. Confined to one thread at a time.
public final class Connection {
    private let handle: UnsafeMutablePointer<MYSQL>

    /// Connects and logs in. The session speaks utf8mb4.
    public init(_ options: ConnectionOptions) throws(MySQLError) {
        _ = Self.libraryIsReady
        guard let handle = mysql_init(nil) else {
            throw MySQLError(code: UInt32(CR_OUT_OF_MEMORY), sqlState: "HY001", message: "out of memory")
        }
        self.handle = handle
        set(MYSQL_OPT_CONNECT_TIMEOUT, options.connectTimeoutSeconds)
        if let seconds = options.readTimeoutSeconds { set(MYSQL_OPT_READ_TIMEOUT, seconds) }
        // A server may ask a client for any of its files; never answer.
        set(MYSQL_OPT_LOCAL_INFILE, 0)
        let byProtocol = options.socket == nil ? MYSQL_PROTOCOL_TCP : MYSQL_PROTOCOL_SOCKET
        set(MYSQL_OPT_PROTOCOL, byProtocol.rawValue)
        mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4")
        let connected = mysql_real_connect(
            handle, options.socket == nil ? options.host : nil, options.user, options.password, options.database,
            UInt32(options.port), options.socket, 0)
        guard connected != nil else { throw lastError }
    }

    deinit {
        mysql_close(handle)
    }

    /// Runs one statement and reads all its rows.
    public func query(_ sql: String) throws(MySQLError) -> ResultSet {
        try send(sql)
        var result = ResultSet()
        guard let stored = mysql_store_result(handle) else {
            guard mysql_field_count(handle) == 0 else { throw lastError }
            return result
        }
        defer { mysql_free_result(stored) }
        let columnCount = Int(mysql_num_fields(stored))
        for index in 0..<columnCount {
            result.columns.append(
                mysql_fetch_field_direct(stored, UInt32(index)).map { String(cString: $0.pointee.name) } ?? "")
        }
        while let row = mysql_fetch_row(stored), let lengths = mysql_fetch_lengths(stored) {
            result.rows.append(
                (0..<columnCount).map { column in
                    row[column].map { [UInt8](UnsafeRawBufferPointer(start: $0, count: Int(lengths[column]))) }
                })
        }
        return result
    }

    /// Runs one statement and drops what it returns.
    public func execute(_ sql: String) throws(MySQLError) {
        _ = try query(sql)
    }

    /// Runs statements that are separated by semicolons; stops at the first that fails.
    public func execute(script: String) throws(MySQLError) {
        guard mysql_set_server_option(handle, MYSQL_OPTION_MULTI_STATEMENTS_ON) == 0 else { throw lastError }
        defer { mysql_set_server_option(handle, MYSQL_OPTION_MULTI_STATEMENTS_OFF) }
        try send(script)
        var more: Int32
        repeat {
            if let stored = mysql_store_result(handle) {
                mysql_free_result(stored)
            } else if mysql_field_count(handle) != 0 {
                throw lastError
            }
            more = mysql_next_result(handle)
        } while more == 0
        if more > 0 { throw lastError }
    }

    private func send(_ sql: String) throws(MySQLError) {
        var sql = sql
        let failed = sql.withUTF8 { text in
            text.withMemoryRebound(to: CChar.self) { mysql_real_query(handle, $0.baseAddress, UInt($0.count)) }
        }
        guard failed == 0 else { throw lastError }
    }

    private func set(_ option: mysql_option, _ value: UInt32) {
        withUnsafePointer(to: value) { _ = mysql_options(handle, option, $0) }
    }

    private var lastError: MySQLError {
        MySQLError(
            code: mysql_errno(handle), sqlState: String(cString: mysql_sqlstate(handle)),
            message: String(cString: mysql_error(handle)))
    }

    /// `mysql_init` would do this itself, but not safely from two threads at once.
    private static let libraryIsReady = mysql_server_init(0, nil, nil) == 0
}
