import CSQLite

/// What SQLite refused. The text names the file and what to do about it, and holds no row data: SQLite's own
/// messages name tables, columns and constraints only.
public struct SQLiteError: Error, Equatable, Sendable {
    /// SQLite's extended result code.
    public let code: Int32
    /// SQLite's message for it.
    public let message: String
    /// The database file.
    public let path: String
    /// The `errno` of the system call that failed, 0 if none did.
    public let systemError: Int32

    public init(code: Int32, message: String, path: String, systemError: Int32 = 0) {
        self.code = code
        self.message = message
        self.path = path
        self.systemError = systemError
    }

    /// The result code without its extension.
    public var primaryCode: Int32 { code & 0xFF }

    /// True if a primary key or a unique index refused the row.
    public var isUniqueViolation: Bool {
        [SQLiteCode.constraintUnique, SQLiteCode.constraintPrimaryKey, SQLiteCode.constraintRowID].contains(code)
    }
}

extension SQLiteError {
    /// The one table of SQLite's codes: what the caller does about each. Unknown ones stop the pipeline.
    public var disposition: SinkError.Disposition {
        switch code {
        case SQLiteCode.constraintUnique, SQLiteCode.constraintPrimaryKey, SQLiteCode.constraintRowID:
            return .rejected(.uniqueClash)
        case SQLiteCode.constraintForeignKey:
            return .rejected(.missingParent)
        case SQLiteCode.constraintNotNull, SQLiteCode.constraintCheck, SQLiteCode.constraintDataType,
            SQLiteCode.constraintTrigger:
            return .rejected(.invalidValue)
        case SQLiteCode.ioCorruptFileSystem, SQLiteCode.ioData:
            return .fatal
        default:
            break
        }
        switch primaryCode {
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL, SQLITE_SCHEMA, SQLITE_INTERRUPT, SQLITE_NOMEM,
            SQLITE_FULL, SQLITE_IOERR:
            return .retriable
        case SQLITE_TOOBIG, SQLITE_MISMATCH:
            return .rejected(.invalidValue)
        default:
            return .fatal
        }
    }

    /// True if the connection may be in doubt after it, so that the next attempt had better open the file anew.
    var endsConnection: Bool {
        switch primaryCode {
        case SQLITE_CONSTRAINT, SQLITE_BUSY, SQLITE_LOCKED, SQLITE_TOOBIG, SQLITE_MISMATCH: false
        default: true
        }
    }
}

extension SQLiteError: CustomStringConvertible {
    public var description: String {
        let reason =
            switch primaryCode {
            case SQLITE_BUSY, SQLITE_LOCKED:
                "locked by another connection (\(message)); end the other writer's transaction"
            case SQLITE_FULL:
                "no space left for it (\(message)); free space on its file system, or raise its max_page_count"
            case SQLITE_IOERR where [SQLiteCode.ioWrite, SQLiteCode.ioTruncate, SQLiteCode.ioFsync].contains(code):
                "writing it failed (\(message), code \(code)\(systemText)); see its disk, the quota, and the limit on "
                    + "file sizes (ulimit -f)"
            case SQLITE_IOERR:
                "reading or writing it failed (\(message), code \(code)\(systemText))"
            case SQLITE_READONLY:
                "it cannot be written (\(message)); give this user write access to the file and its folder"
            case SQLITE_CANTOPEN:
                "it cannot be opened (\(message)\(systemText)); check its path and permissions (a target file is made first, "
                    + "with its tables)"
            case SQLITE_CORRUPT:
                "it is damaged (\(message)); restore it, or recover it with: sqlite3 FILE .recover"
            case SQLITE_NOTADB:
                "it is not a SQLite database (\(message))"
            default:
                message
            }
        return "SQLite file \(path): \(reason)"
    }

    private var systemText: String {
        systemError == 0 ? "" : ", errno \(systemError)"
    }
}

extension SinkError {
    /// What a sink or a store says of SQLite's refusal where no single row is to blame.
    public init(_ error: SQLiteError) {
        self.init(error.disposition, error.description)
    }

    /// Runs `body`, saying of its error what a sink says.
    public static func wrapping<Result>(_ body: () throws(SQLiteError) -> Result) throws(SinkError) -> Result {
        do throws(SQLiteError) {
            return try body()
        } catch {
            throw SinkError(error)
        }
    }
}

/// Extended result codes, which are function macros in sqlite3.h and so not visible to Swift.
enum SQLiteCode {
    static let constraintCheck = SQLITE_CONSTRAINT | (1 << 8)
    static let constraintForeignKey = SQLITE_CONSTRAINT | (3 << 8)
    static let constraintNotNull = SQLITE_CONSTRAINT | (5 << 8)
    static let constraintPrimaryKey = SQLITE_CONSTRAINT | (6 << 8)
    static let constraintTrigger = SQLITE_CONSTRAINT | (7 << 8)
    static let constraintUnique = SQLITE_CONSTRAINT | (8 << 8)
    static let constraintRowID = SQLITE_CONSTRAINT | (10 << 8)
    static let constraintDataType = SQLITE_CONSTRAINT | (12 << 8)
    static let ioWrite = SQLITE_IOERR | (3 << 8)
    static let ioFsync = SQLITE_IOERR | (4 << 8)
    static let ioTruncate = SQLITE_IOERR | (6 << 8)
    static let ioData = SQLITE_IOERR | (32 << 8)
    static let ioCorruptFileSystem = SQLITE_IOERR | (33 << 8)
    static let readOnlyMoved = SQLITE_READONLY | (4 << 8)
    /// Not one of SQLite's: the checkpoint table contradicts itself.
    static let corruptCheckpoint = SQLITE_ERROR | (99 << 8)
}
