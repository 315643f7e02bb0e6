import Foundation
import TestSupport

/// A line of `replicator tail`, read strictly: these keys, in this order, and no others.
struct TailLine {
    static let keys = ["op", "database", "table", "before", "after", "commit_time", "file", "offset", "row", "gtid"]

    var operation: String
    var database: String
    var table: String
    var before: [StrictJSON.Member]?
    var after: [StrictJSON.Member]?
    var commitTime: String
    var file: String
    var offset: UInt64
    var row: UInt64
    var gtid: String?
    /// The whole line.
    var text: Data

    init(_ line: some Sequence<UInt8>) throws {
        text = Data(line)
        let object = try StrictJSON(text)
        let members = object.members ?? []
        guard members.map(\.name) == Self.keys else { throw TestSupportError("keys \(members.map(\.name))") }
        guard let operation = object["op"]?.text, let database = object["database"]?.text,
            let table = object["table"]?.text, let commitTime = object["commit_time"]?.text,
            let file = object["file"]?.text, let offset = object["offset"]?.integer, let row = object["row"]?.integer
        else { throw TestSupportError("a member of another type: \(members.map(\.name))") }
        (self.operation, self.database, self.table) = (operation, database, table)
        (self.commitTime, self.file, self.offset, self.row) = (commitTime, file, offset, row)
        gtid = object["gtid"]?.text
        before = object["before"]?.members
        after = object["after"]?.members
        guard (before == nil) == (object["before"] == .null), (after == nil) == (object["after"] == .null),
            (gtid == nil) == (object["gtid"] == .null), ["insert", "update", "delete"].contains(operation),
            (before == nil) == (operation == "insert"), (after == nil) == (operation == "delete")
        else { throw TestSupportError("before, after or gtid of a \(operation) at \(offset)") }
    }

    /// Where it stands in the log: file, offset, row.
    var place: String { "\(file):\(offset) row \(row)" }
}

/// A run of `replicator tail` that ends by itself.
struct TailOutput {
    var end: ProcessEnd
    var lines: [TailLine]
    var errors: String

    init(_ arguments: [String], timeout: Double = 60) throws {
        let scratch = try ScratchFolder()
        let program = try ChildProcess(
            ReplicatorProcess.path(), ["tail"] + arguments, output: scratch.file("out"), errors: scratch.file("err"),
            scratch: scratch.path)
        end = try program.wait(timeout: timeout)
        errors = try String(contentsOfFile: scratch.file("err"), encoding: .utf8)
        let output = try Data(contentsOf: URL(fileURLWithPath: scratch.file("out")))
        guard output.isEmpty || output.last == 0x0A else { throw TestSupportError("the last line has no end") }
        lines = try output.split(separator: 0x0A).map { try TailLine($0) }
    }

    /// The number of lines by operation and table: `insert db.table`.
    var counts: [String: Int] {
        var counts: [String: Int] = [:]
        for line in lines { counts["\(line.operation) \(line.database).\(line.table)", default: 0] += 1 }
        return counts
    }
}
