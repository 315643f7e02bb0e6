import CSQLite
import Foundation
import TestSupport
import Testing

@testable import Sinks

struct SQLiteConnectionTests {
    let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
    }

    @Test func `values come back as they were bound`() throws {
        let connection = try SQLiteConnection(path: folder.file("a.db"), access: .create)
        try connection.execute("CREATE TABLE t (a, b, c, d, e, f, g)")
        let insert = try connection.prepare("INSERT INTO t VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
        try insert.run([.null, .integer(.min), .real(-0.5), .text("a\u{0}é"), .blob([0, 255]), .text(""), .blob([])])
        #expect(connection.changes == 1)
        var rowCount = 0
        try connection.query("SELECT * FROM t") { row in
            rowCount += 1
            #expect(row.isNull(0))
            #expect(row.integer(1) == .min)
            #expect(row.real(2) == -0.5)
            #expect(row.bytes(3) == Array("a\u{0}é".utf8))
            #expect(row.bytes(4) == [0, 255])
            #expect((0..<7).map { row.storageClass($0) } == [.null, .integer, .real, .text, .blob, .text, .blob])
        }
        #expect(rowCount == 1)
    }

    @Test func `a missing file is not made by a writer`() throws {
        let path = folder.file("missing.db")
        #expect(throws: SQLiteError.self) { try SQLiteConnection(path: path, access: .write) }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `a file that is no database is named as such`() throws {
        let path = try folder.write(String(repeating: "not a database ", count: 100), to: "text.db")
        let connection = try SQLiteConnection(path: path, access: .write)
        let error = #expect(throws: SQLiteError.self) { try connection.execute("CREATE TABLE t (a)") }
        #expect(error?.disposition == .fatal)
        #expect(error?.description.contains("is not a SQLite database") == true)
    }

    @Test func `a lock that another connection holds is retriable`() throws {
        let path = folder.file("a.db")
        let first = try SQLiteConnection(path: path, access: .create)
        try first.beginImmediate()
        let second = try SQLiteConnection(path: path, access: .write, busyMilliseconds: 1)
        let error = #expect(throws: SQLiteError.self) { try second.beginImmediate() }
        #expect(error?.code == SQLITE_BUSY)
        #expect(error?.disposition == .retriable)
        first.rollBack()
        try second.beginImmediate()
    }

    @Test func `a full database ends the transaction and leaves what was before`() throws {
        let connection = try SQLiteConnection(path: folder.file("a.db"), access: .create)
        try connection.execute("CREATE TABLE t (a); INSERT INTO t VALUES ('kept'); PRAGMA max_page_count = 4")
        let error = #expect(throws: SinkError.self) {
            try connection.withTransaction { () throws(SinkError) in
                try SinkError.wrapping { () throws(SQLiteError) in
                    let insert = try connection.prepare("INSERT INTO t VALUES (?1)")
                    for _ in 0..<100 { try insert.run([.blob([UInt8](repeating: 1, count: 1000))]) }
                }
            }
        }
        #expect(error?.disposition == .retriable)
        #expect(!connection.isInTransaction)
        var count: Int64 = 0
        try connection.query("SELECT count(*) FROM t") { count = $0.integer(0) }
        #expect(count == 1)
    }

    @Test func `a file that was deleted or replaced is noticed`() throws {
        let path = folder.file("a.db")
        let connection = try SQLiteConnection(path: path, access: .create)
        try connection.execute("CREATE TABLE t (a)")
        #expect(!connection.hasMoved)
        try FileManager.default.removeItem(atPath: path)
        #expect(connection.hasMoved)
    }

    @Test func `a statement keeps its connection open`() throws {
        var statement: SQLiteStatement? = try SQLiteConnection(path: folder.file("a.db"), access: .create)
            .prepare("SELECT 1")
        var rowCount = 0
        try statement?.query { _ in rowCount += 1 }
        statement = nil
        #expect(rowCount == 1)
    }
}
