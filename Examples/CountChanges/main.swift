// CountChanges SOURCE [FILE:OFFSET] - what happened to each table in a binary log, and where it ends. An example of
// BinlogReader as a library: docs/library.md shows its parts.
//
// SOURCE is a binlog file, a folder of them, or mysql://USER@HOST:PORT. FILE:OFFSET, such as binlog.000003:154: where to begin.
import BinlogReader
import Foundation
import Rows

func fail(_ message: String, code: Int32 = 1) -> Never {
    FileHandle.standardError.write(Data("CountChanges: \(message)\n".utf8))
    exit(code)
}

let words = CommandLine.arguments.dropFirst()
guard let source = words.first, words.count <= 2 else { fail("usage: CountChanges SOURCE [FILE:OFFSET]", code: 2) }
var start: BinlogPosition?
if words.count == 2, let text = words.last {
    guard let position = BinlogPosition(text) else {
        fail("\"\(text)\" is no position such as binlog.000003:154", code: 2)
    }
    start = position
}

var end = start
do {
    let reader = try source.hasPrefix("mysql://") ? openServer(source, from: start) : openFiles(source, from: start)
    let counts = try countChanges(reader) { end = $0 }
    for (table, count) in counts.sorted(by: { $0.key < $1.key }) {
        print(
            "\(table): \(count.inserts) inserts, \(count.updates) updates, \(count.deletes) deletes;",
            "\(count.values) values, \(count.bytes) bytes, \(count.nulls) NULLs; last \(try count.lastAsJSON())")
    }
    if let end { print("read up to \(end)") }
} catch let error as EventError {
    // An event that cannot be followed: where it lies, of which table, and why.
    fail("\(error)")
} catch let error as StreamError where error.isRetriable {
    fail("\(error); go on at \(end.map(String.init(describing:)) ?? "the start") over a new connection")
} catch {
    fail("\(error)")
}
