import Rows
import TestSupport
import Testing

@testable import Sinks

/// A SQLite file with target tables, and a pipeline `p` of one lane that writes to it.
final class SQLiteSinkFixture: SinkFixture {
    let folder: ScratchFolder
    let path: String
    let sink: any Sink
    var epoch: UInt64 = 0
    var offset: UInt64 = 100

    init(_ schema: String, options: [String: String] = [:], folder: ScratchFolder? = nil) throws {
        self.folder = try folder ?? ScratchFolder()
        let folder = self.folder
        path = folder.file("target.db")
        try SQLiteConnection(path: path, access: .create).execute(schema)
        var options = SinkOptions(options)
        sink = try SinkFactory.makeSink(url: "sqlite:target.db", options: &options, baseDirectory: folder.path)
        #expect(options.remaining.isEmpty)
        try claim()
    }

    /// What a query of the file answers, as SQLite itself prints it.
    func query(_ sql: String) throws -> [[String]] {
        var rows: [[String]] = []
        let connection = try SQLiteConnection(path: path, access: .write)
        try connection.query(sql) { row in
            rows.append((0..<row.columnCount).map { row.isNull($0) ? "NULL" : row.text($0) })
        }
        return rows
    }

    func execute(_ sql: String) throws {
        try SQLiteConnection(path: path, access: .write).execute(sql)
    }
}
