import FuzzSupport

@testable import BinlogReader

/// Logs that claim to hold far more than their bytes, or that make much of few.
enum LyingLogs {
    /// Each with what it claims. Short, but for those that need many bytes to hurt.
    static func all() -> [(name: String, events: [[UInt8]])] {
        tables() + rows() + compressed() + documents() + others()
    }

    private static let huge: [UInt64] = [1 << 31, 1 << 32 - 1, 1 << 62, 1 << 63, .max]

    private static func packed(_ number: UInt64) -> [UInt8] { [254] + le(number) }

    /// A transaction with these events in it.
    private static func log(_ events: (EventType, [UInt8])...) -> [[UInt8]] {
        var builder = EventBuilder()
        return [builder.formatDescription(), builder.gtid(1)] + events.map { builder.event($0, $1) } + [builder.xid()]
    }

    private static let tableHead =
        Array(le(UInt64(42)).prefix(6)) + le(UInt16(1)) + [1] + Array("d".utf8) + [0, 1] + Array("t".utf8) + [0]

    private static func tables() -> [(String, [[UInt8]])] {
        var logs: [(String, [[UInt8]])] = []
        for count in huge {
            logs.append(("\(count) columns", log((.tableMap, tableHead + packed(count) + [3, 3, 3, 3]))))
            logs.append(("\(count) bytes of metadata", log((.tableMap, tableHead + [1, 3] + packed(count)))))
            // Signs, names, labels, primary key, and a field that is unknown.
            for kind: UInt8 in [1, 4, 5, 6, 8, 77] {
                let body = tableHead + [1, 3, 0, 0xFF, kind]
                logs.append(("field \(kind) of \(count) bytes", log((.tableMap, body + packed(count) + [1, 1, 1]))))
                logs.append(("\(count) things in field \(kind)", log((.tableMap, body + [9] + packed(count)))))
            }
        }
        // Many, and each large.
        var many = EventBuilder()
        var events = [many.formatDescription(), many.gtid(1)]
        for id in 0..<80 {
            var body = EventBuilder.manyColumns(65_000, type: 3, metadata: [])
            body.replaceSubrange(0..<6, with: le(UInt64(id)).prefix(6))
            body[11] = UInt8(ascii: "a") + UInt8(id % 20)
            body[body.count - 1] = UInt8(id)
            events.append(many.event(.tableMap, body))
        }
        logs.append(("many large tables", events))
        return logs
    }

    private static func rows() -> [(String, [[UInt8]])] {
        var logs: [(String, [[UInt8]])] = []
        let map = tableHead + [1, 3, 0, 0xFF]
        for count in huge {
            let body = Array(le(UInt64(42)).prefix(6)) + le(UInt16(1)) + packed(count) + [0xFF, 0xFF]
            logs.append(("rows of \(count) columns", log((.tableMap, map), (.updateRowsV1, body))))
        }
        // Rows of one byte, each of 65,000 cells.
        let columns = 65_000
        let body =
            Array(le(UInt64(42)).prefix(6)) + le(UInt16(1)) + packed(UInt64(columns)) + [1]
            + [UInt8](repeating: 0, count: columns / 8 - 1) + [UInt8](repeating: 0xFF, count: 80)
        let wide = EventBuilder.manyColumns(columns, type: 3, metadata: [])
        logs.append(("rows of cells that are not there", log((.tableMap, wide), (.writeRowsV1, body))))
        // BLOB, GEOMETRY, VECTOR, JSON, and MariaDB's compressed BLOB, with a length of four bytes that lies.
        for type: UInt8 in [252, 255, 242, 245, 140] {
            let map = EventBuilder.tableMapBody(42, types: [type], metadata: [4])
            let body = EventBuilder.rowsBody(.writeRowsV1, 42, columnCount: 1) + [0, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3]
            logs.append(("a value of type \(type) of 4 GiB", log((.tableMap, map), (.writeRowsV1, body))))
        }
        for type: UInt8 in [246, 16, 247, 248, 17, 18, 19] {
            let map = EventBuilder.tableMapBody(42, types: [type], metadata: [255, 255])
            let body =
                EventBuilder.rowsBody(.writeRowsV1, 42, columnCount: 1) + [0] + [UInt8](repeating: 0xFF, count: 400)
            logs.append(("type \(type) with impossible metadata", log((.tableMap, map), (.writeRowsV1, body))))
        }
        return logs
    }

    private static func compressed() -> [(String, [[UInt8]])] {
        var logs: [(String, [[UInt8]])] = []
        let map = tableHead + [1, 3, 0, 0xFF]
        // As much as is believed of 5 MB, and more.
        let garbage = [UInt8](repeating: 0xA5, count: 5_000_000)
        let rows = EventBuilder.rowsBody(.compressedWriteRowsV1, 42, columnCount: 1)
        for length: UInt32 in [4_000_000_000, .max] {
            let big = [0x84] + withUnsafeBytes(of: length.bigEndian) { Array($0) }
            logs.append(
                ("\(length) compressed bytes", log((.tableMap, map), (.compressedWriteRowsV1, rows + big + garbage))))
            let value = [0] + le(UInt32(garbage.count + 5)) + big + garbage
            let column = EventBuilder.tableMapBody(42, types: [140], metadata: [4])
            let body = EventBuilder.rowsBody(.writeRowsV1, 42, columnCount: 1) + value
            logs.append(("a column of \(length) compressed bytes", log((.tableMap, column), (.writeRowsV1, body))))
            // A stream that holds much more than is said of it.
            let zlib = StoredFrames.zlib([UInt8](repeating: 1, count: 3_000_000))
            let small = [0x84] + withUnsafeBytes(of: UInt32(7).bigEndian) { Array($0) } + zlib
            logs.append(("7 bytes that are more", log((.tableMap, map), (.compressedWriteRowsV1, rows + small))))
        }
        for size in huge {
            let fields = [2, 1, 0, 3, 9] + packed(size) + [1, 9]
            logs.append(("a payload of \(size) bytes", log((.transactionPayload, fields + packed(size) + [0, 1, 2]))))
        }
        // The header of an event of 1 GiB, and a frame that wants to look back 128 MiB.
        let inner = le(UInt32(0)) + [30] + le(UInt32(1)) + le(UInt32(1 << 30)) + [UInt8](repeating: 0, count: 6)
        logs.append(("an event of 1 GiB in a payload", log((.transactionPayload, PayloadBuilder.body(inner)))))
        var frame = StoredFrames.zstd(inner)
        frame[5] = 17 << 3
        let body = [2, 1, 0, 1, 1, UInt8(frame.count), 0] + frame
        logs.append(("a window of 128 MiB", log((.transactionPayload, body))))
        return logs
    }

    private static func documents() -> [(String, [[UInt8]])] {
        func document(_ bytes: [UInt8]) -> [[UInt8]] {
            let map = EventBuilder.tableMapBody(42, types: [245], metadata: [4])
            let rows = EventBuilder.rowsBody(.writeRowsV1, 42, columnCount: 1)
            return log((.tableMap, map), (.writeRowsV1, rows + [0] + le(UInt32(bytes.count)) + bytes))
        }
        /// Arrays of one value each, and the literal null in the last.
        func nested(_ depth: Int) -> [UInt8] {
            var value: [UInt8] = []
            for level in 0..<depth {
                let size = le(UInt16(truncatingIfNeeded: 7 + value.count))
                let entry: [UInt8] = level == 0 ? [4, 0, 0] : [2, 7, 0]
                value = [1, 0] + size + entry + value
            }
            return [2] + value
        }
        var logs = [1, 99, 100, 101, 5000].map { ("JSON \($0) deep", document(nested($0))) }
        for count in [UInt32(1) << 16, 1 << 24, .max] {
            logs.append(("a JSON array of \(count)", document([3] + le(count) + le(count) + [4, 0, 0, 0, 0])))
            logs.append(("a JSON object of \(count)", document([1] + le(count) + le(UInt32.max) + [4, 0, 0, 0, 0])))
        }
        logs.append(("a JSON string of 4 GiB", document([12, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 65])))
        // 10,000 values that are all the same text.
        let text: [UInt8] = [0xFF, 0x7F] + [UInt8](repeating: 65, count: 16_383)
        var shared: [UInt8] = []
        for _ in 0..<10_000 { shared += [12] + le(UInt16(4 + 30_000)) }
        let size = UInt16(4 + 30_000 + text.count)
        logs.append(("JSON that shares", document([2] + le(UInt16(10_000)) + le(size) + shared + text)))
        return logs
    }

    private static func others() -> [(String, [[UInt8]])] {
        var logs: [(String, [[UInt8]])] = []
        for count in huge {
            logs.append(
                ("\(count) sources of GTIDs", log((.previousGTIDs, le(count) + [UInt8](repeating: 1, count: 64)))))
            let intervals = le(UInt64(1)) + [UInt8](repeating: 1, count: 16) + le(count) + le(UInt64(1)) + le(UInt64(2))
            logs.append(("\(count) intervals", log((.previousGTIDs, intervals))))
            logs.append(("\(count) GTIDs", log((.gtidList, le(UInt32(truncatingIfNeeded: count)) + [1, 2, 3, 4]))))
            logs.append(("a heartbeat of \(count)", log((.heartbeatV2, [1] + packed(count) + [1, 2]))))
        }
        var query = EventBuilder.queryBody("CREATE TABLE t (a INT)")
        query[8] = 255
        logs.append(("a database of 255 bytes", log((.query, query))))
        query[11] = 255
        query[12] = 255
        logs.append(("status variables of 64 KiB", log((.query, query))))
        logs.append(("a tag that is long", log((.taggedGTID, [2, 0xFE, 0xFF, 22, 6, 0xFE]))))
        return logs
    }
}
