import CSQLite
import Testing

@testable import Sinks

struct SQLiteErrorTests {
    @Test(arguments: [
        (SQLITE_BUSY, SinkError.Disposition.retriable),
        (SQLITE_BUSY | (1 << 8), .retriable),  // SQLITE_BUSY_RECOVERY
        (SQLITE_LOCKED, .retriable),
        (SQLITE_PROTOCOL, .retriable),
        (SQLITE_SCHEMA, .retriable),
        (SQLITE_NOMEM, .retriable),
        (SQLITE_FULL, .retriable),
        (SQLITE_IOERR | (3 << 8), .retriable),  // SQLITE_IOERR_WRITE
        (SQLiteCode.ioData, .fatal),
        (SQLiteCode.ioCorruptFileSystem, .fatal),
        (SQLiteCode.constraintUnique, .rejected(.uniqueClash)),
        (SQLiteCode.constraintPrimaryKey, .rejected(.uniqueClash)),
        (SQLiteCode.constraintRowID, .rejected(.uniqueClash)),
        (SQLiteCode.constraintForeignKey, .rejected(.missingParent)),
        (SQLiteCode.constraintNotNull, .rejected(.invalidValue)),
        (SQLiteCode.constraintCheck, .rejected(.invalidValue)),
        (SQLiteCode.constraintDataType, .rejected(.invalidValue)),
        (SQLiteCode.constraintTrigger, .rejected(.invalidValue)),
        (SQLITE_MISMATCH, .rejected(.invalidValue)),
        (SQLITE_TOOBIG, .rejected(.invalidValue)),
        (SQLITE_READONLY, .fatal),
        (SQLiteCode.readOnlyMoved, .fatal),
        (SQLITE_CORRUPT, .fatal),
        (SQLITE_NOTADB, .fatal),
        (SQLITE_CANTOPEN, .fatal),
        (SQLITE_PERM, .fatal),
        (SQLITE_ERROR, .fatal),
        (SQLITE_MISUSE, .fatal),
        (200, .fatal),  // no code of SQLite's
    ])
    func `each code has its disposition`(code: Int32, disposition: SinkError.Disposition) {
        let error = SQLiteError(code: code, message: "why", path: "/target.db")
        #expect(error.disposition == disposition)
        #expect(error.description.contains("/target.db"))
        #expect(error.description.contains("why"))
    }

    @Test func `a full disk names the file and what to free`() {
        let error = SQLiteError(code: SQLITE_FULL, message: "database or disk is full", path: "/target.db")
        #expect(error.description.contains("free space on its file system"))
    }
}
