import CSQLite

/// One open SQLite file, and the only owner of its `sqlite3*`. Confined to one thread at a time; closed with the last
/// reference to it or to one of its statements.
public final class SQLiteConnection {
    /// What the file is opened for.
    public enum Access: Sendable {
        /// Reads only; the file must exist.
        case read
        /// Reads and writes; the file must exist.
        case write
        /// Reads and writes; the file is made if it is missing.
        case create
    }

    public let path: String
    let handle: OpaquePointer

    /// Opens `path`. A lock that another connection holds is waited for up to `busyMilliseconds`, then reported.
    public init(path: String, access: Access, busyMilliseconds: Int32 = 5_000) throws(SQLiteError) {
        // Debian's library reads names that begin with `file:` as URIs; a path never begins so.
        let name = path.hasPrefix("/") ? path : "./" + path
        let flags =
            switch access {
            case .read: SQLITE_OPEN_READONLY
            case .write: SQLITE_OPEN_READWRITE
            case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            }
        var opened: OpaquePointer?
        // One thread at a time uses the connection, so it needs no lock of its own.
        let code = sqlite3_open_v2(name, &opened, flags | SQLITE_OPEN_NOMUTEX, nil)
        guard let opened, code == SQLITE_OK else {
            let error = SQLiteConnection.error(code, on: opened, path: path)
            sqlite3_close_v2(opened)  // A failed open leaves a handle to close; NULL is a no-op.
            throw error
        }
        handle = opened
        self.path = path
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, busyMilliseconds)
    }

    deinit {
        sqlite3_close_v2(handle)
    }

    /// Switches the file to a write-ahead log, where readers do not hold up the writer, and has every commit reach
    /// the disk before it returns.
    public func useWriteAheadLog() throws(SQLiteError) {
        try execute("PRAGMA journal_mode = WAL")
        try execute("PRAGMA synchronous = FULL")
    }

    /// Runs statements without parameters; rows that they return are dropped.
    public func execute(_ sql: String) throws(SQLiteError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw lastError(code) }
    }

    /// Compiles one statement; `?1`, `?2`, … are its parameters.
    public func prepare(_ sql: String) throws(SQLiteError) -> SQLiteStatement {
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK else { throw lastError(code) }
        guard let statement else {
            throw SQLiteError(code: SQLITE_MISUSE, message: "an empty statement was prepared", path: path)
        }
        return SQLiteStatement(statement, of: self)
    }

    /// Prepares and runs one statement, and calls `row` for each row that it returns.
    public func query(
        _ sql: String, _ values: [SQLiteArgument] = [], _ row: (SQLiteStatement) throws(SQLiteError) -> Void = { _ in }
    ) throws(SQLiteError) {
        let statement = try prepare(sql)
        try statement.query(values, row)
    }

    /// Rows that the last INSERT, UPDATE or DELETE named itself; what triggers and foreign keys did is not counted.
    public var changes: Int { Int(sqlite3_changes64(handle)) }

    /// True between BEGIN and the transaction's end. Some errors (a full disk) end it by themselves.
    public var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// True if the file was deleted or replaced since it was opened: what is written now, nobody would ever read.
    public var hasMoved: Bool {
        var moved: Int32 = 0
        let code = sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved)
        return code == SQLITE_OK && moved != 0
    }

    /// True if the file or its folder does not let this process write, so the connection only reads.
    public var isReadOnly: Bool { sqlite3_db_readonly(handle, "main") == 1 }

    func lastError(_ code: Int32) -> SQLiteError {
        SQLiteConnection.error(code, on: handle, path: path)
    }

    private static func error(_ code: Int32, on handle: OpaquePointer?, path: String) -> SQLiteError {
        guard let handle else {
            return SQLiteError(code: code, message: String(cString: sqlite3_errstr(code)), path: path)
        }
        // The connection may know more than the call's return value: the extended code, and the system call's errno.
        let extended = sqlite3_extended_errcode(handle)
        let known = extended & 0xFF == code & 0xFF ? extended : code
        let message = String(cString: known == extended ? sqlite3_errmsg(handle) : sqlite3_errstr(code))
        let hasSystemError = [SQLITE_IOERR, SQLITE_CANTOPEN].contains(code & 0xFF)
        return SQLiteError(
            code: known, message: message, path: path,
            systemError: hasSystemError ? sqlite3_system_errno(handle) : 0)
    }
}
