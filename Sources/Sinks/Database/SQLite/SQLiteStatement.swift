import CSQLite
import Rows

/// A compiled statement, and the only owner of its `sqlite3_stmt*`. Keeps its connection open, and belongs to the
/// same thread.
public final class SQLiteStatement {
    private let connection: SQLiteConnection
    private let handle: OpaquePointer

    /// Takes ownership of `handle`.
    init(_ handle: OpaquePointer, of connection: SQLiteConnection) {
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
