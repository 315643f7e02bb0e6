import CSQLite
import Rows

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
    fileprivate let handle: OpaquePointer

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

    fileprivate func lastError(_ code: Int32) -> SQLiteError {
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

extension SQLiteConnection {
    /// Begins a transaction that writes: takes the file's one write lock now rather than at the first write.
    public func beginImmediate() throws(SQLiteError) {
        try execute("BEGIN IMMEDIATE")
    }

    public func commit() throws(SQLiteError) {
        try execute("COMMIT")
    }

    /// Ends an open transaction, leaving nothing of it; does nothing where an error has ended it already.
    public func rollBack() {
        guard isInTransaction else { return }
        // ROLLBACK fails only if reading the old pages back does; then the journal still has them for the next open.
        _ = sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
    }

    /// Runs `body` in one transaction that writes; rolls back if it or the commit throws.
    public func withTransaction<Result>(
        _ body: () throws(SinkError) -> Result
    ) throws(SinkError) -> Result {
        try SinkError.wrapping { () throws(SQLiteError) in try beginImmediate() }
        let result: Result
        do throws(SinkError) {
            result = try body()
        } catch {
            rollBack()
            throw error
        }
        do throws(SQLiteError) {
            try commit()
        } catch {
            rollBack()
            throw SinkError(error)
        }
        return result
    }
}

/// A parameter's value, for statements that are not run per row.
public enum SQLiteArgument: Equatable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}

/// A parameter's value in the row loop, trivial: text and blobs name bytes of a buffer that is handed over with it.
enum SQLiteValue: BitwiseCopyable, Equatable {
    case null
    case integer(Int64)
    case real(Double)
    case text(ByteRange)
    case blob(ByteRange)
}

/// The class of a stored value.
public enum SQLiteStorageClass: Sendable {
    case null, integer, real, text, blob
}

/// A compiled statement, and the only owner of its `sqlite3_stmt*`. Keeps its connection open, and belongs to the
/// same thread.
public final class SQLiteStatement {
    private let connection: SQLiteConnection
    private let handle: OpaquePointer

    /// Takes ownership of `handle`.
    fileprivate init(_ handle: OpaquePointer, of connection: SQLiteConnection) {
        self.handle = handle
        self.connection = connection
    }

    deinit {
        sqlite3_finalize(handle)
    }

    /// Runs the statement to its end with `values` as its parameters; rows that it returns are dropped.
    public func run(_ values: [SQLiteArgument] = []) throws(SQLiteError) {
        try query(values) { _ in }
    }

    /// Runs the statement with `values` as its parameters, and calls `row` for each row that it returns; only there
    /// the columns can be read.
    public func query(
        _ values: [SQLiteArgument] = [], _ row: (SQLiteStatement) throws(SQLiteError) -> Void
    ) throws(SQLiteError) {
        var bytes: [UInt8] = []
        var trivial: ContiguousArray<SQLiteValue> = []
        for value in values {
            trivial.append(SQLiteStatement.store(value, in: &bytes))
        }
        try query(trivial, trivial.indices, in: bytes, row)
    }

    /// Runs the statement with `values[range]` as its parameters, whose texts and blobs lie in `bytes` and are not
    /// copied.
    func run(_ values: ContiguousArray<SQLiteValue>, _ range: Range<Int>, in bytes: [UInt8]) throws(SQLiteError) {
        try query(values, range, in: bytes) { _ in }
    }

    /// The statement's text with `values[range]` in place of its parameters. Runs nothing.
    func expanded(
        _ values: ContiguousArray<SQLiteValue>, _ range: Range<Int>, in bytes: [UInt8]
    ) throws(SQLiteError) -> String {
        var text = ""
        let failure = bytes.withUnsafeBufferPointer { buffer -> SQLiteError? in
            // As in `query`.
            defer { sqlite3_clear_bindings(handle) }
            do throws(SQLiteError) {
                for index in range {
                    try bind(values[index], in: buffer, at: Int32(index - range.lowerBound + 1))
                }
                guard let expanded = sqlite3_expanded_sql(handle) else { throw connection.lastError(SQLITE_NOMEM) }
                defer { sqlite3_free(expanded) }
                text = String(cString: expanded)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
        return text
    }

    private func query(
        _ values: ContiguousArray<SQLiteValue>, _ range: Range<Int>, in bytes: [UInt8],
        _ row: (SQLiteStatement) throws(SQLiteError) -> Void
    ) throws(SQLiteError) {
        let failure = bytes.withUnsafeBufferPointer { buffer -> SQLiteError? in
            // The bindings point into `buffer`: they are cleared before this closure returns, on every path.
            defer {
                sqlite3_reset(handle)
                sqlite3_clear_bindings(handle)
            }
            do throws(SQLiteError) {
                for index in range {
                    try bind(values[index], in: buffer, at: Int32(index - range.lowerBound + 1))
                }
                while try step() {
                    try row(self)
                }
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    private func step() throws(SQLiteError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw connection.lastError(code)
        }
    }

    private func bind(
        _ value: SQLiteValue, in buffer: UnsafeBufferPointer<UInt8>, at index: Int32
    ) throws(SQLiteError) {
        let code: Int32
        switch value {
        case .null: code = sqlite3_bind_null(handle, index)
        case .integer(let integer): code = sqlite3_bind_int64(handle, index, integer)
        case .real(let real): code = sqlite3_bind_double(handle, index, real)
        case .text(let range):
            // SAFETY: `extracting` checks the range; the caller of `query` keeps the buffer until bindings are cleared.
            let text = UnsafeRawBufferPointer(buffer.extracting(Int(range.start)..<Int(range.start) + Int(range.count)))
            // A NULL pointer would bind NULL, also for no bytes.
            let start = text.baseAddress ?? SQLiteStatement.noBytes
            code = sqlite3_bind_text64(
                handle, index, start.assumingMemoryBound(to: CChar.self), UInt64(text.count), nil, UInt8(SQLITE_UTF8))
        case .blob(let range) where range.count == 0:
            code = sqlite3_bind_zeroblob(handle, index, 0)
        case .blob(let range):
            // SAFETY: as for text.
            let blob = buffer.extracting(Int(range.start)..<Int(range.start) + Int(range.count))
            code = sqlite3_bind_blob64(handle, index, blob.baseAddress, UInt64(blob.count), nil)
        }
        guard code == SQLITE_OK else { throw connection.lastError(code) }
    }

    /// Something to point at where there are no bytes. Never read, never freed.
    // SAFETY: immutable after its initialisation, and no byte of it is ever read.
    private nonisolated(unsafe) static let noBytes = UnsafeRawPointer(
        UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1))

    private static func store(_ value: SQLiteArgument, in bytes: inout [UInt8]) -> SQLiteValue {
        func append(_ new: some Collection<UInt8>) -> ByteRange {
            let start = bytes.count
            bytes.append(contentsOf: new)
            return ByteRange(start: UInt32(start), count: UInt32(bytes.count - start))
        }
        return switch value {
        case .null: .null
        case .integer(let integer): .integer(integer)
        case .real(let real): .real(real)
        case .text(let text): .text(append(text.utf8))
        case .blob(let blob): .blob(append(blob))
        }
    }
}

// Columns of the current row, from 0; to be called inside the closure of `query` only.
extension SQLiteStatement {
    public func storageClass(_ column: Int32) -> SQLiteStorageClass {
        switch sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: .integer
        case SQLITE_FLOAT: .real
        case SQLITE_TEXT: .text
        case SQLITE_BLOB: .blob
        default: .null
        }
    }

    public var columnCount: Int32 { sqlite3_column_count(handle) }

    public func isNull(_ column: Int32) -> Bool {
        sqlite3_column_type(handle, column) == SQLITE_NULL
    }

    public func integer(_ column: Int32) -> Int64 {
        sqlite3_column_int64(handle, column)
    }

    public func real(_ column: Int32) -> Double {
        sqlite3_column_double(handle, column)
    }

    /// The bytes of a text or blob; none for NULL.
    public func bytes(_ column: Int32) -> [UInt8] {
        // The pointer first: asking for it may convert the value, which changes its length.
        guard let start = sqlite3_column_blob(handle, column) else { return [] }
        // SAFETY: SQLite keeps `count` bytes at `start` until the next step; they are copied here.
        return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    /// The value as text; empty for NULL.
    public func text(_ column: Int32) -> String {
        guard sqlite3_column_text(handle, column) != nil else { return "" }
        return String(decoding: bytes(column), as: UTF8.self)
    }
}
