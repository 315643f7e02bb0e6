import BinlogReader
import Rows
import TestSupport

/// What tests read of the log of a server.
extension DatabaseServer {
    /// Where it ends.
    func end() throws -> BinlogPosition {
        let end = try binlogEnd()
        return BinlogPosition(file: end.file, offset: end.offset)
    }

    /// The tables that batches of rows name from `start` to its end, one a batch.
    func tablesOfLog(from start: BinlogPosition, _ options: ReaderOptions) throws -> [Table] {
        var stream = ServerStreamOptions(
            connection: connectionOptions, serverID: UInt32.random(in: 1_000_000...2_000_000_000))
        stream.endsAtEnd = true
        let reader = ChangeReader(source: ServerStream(stream, from: .position(start)), start: start, options: options)
        var tables: [Table] = []
        while let event = try reader.next() {
            if case .rows(let batch) = event { tables.append(batch.table) }
        }
        return tables
    }
}

extension Table {
    /// Its name and those of its columns: `t a,b`
    var names: String { name + " " + columns.map(\.name).joined(separator: ",") }
}
