import BinlogReader
import Foundation
import MySQLClient
import Rows
import TestSupport
import Testing

/// What is decoded equals what the server's own `mariadb-binlog -vv` prints: every row change, in order, value by value.
@Suite struct MariaDBBinlogTests {
    @Test(arguments: TypeTable.ofTypes.filter { $0.name != "compressed" })  // which it prints compressed
    func `every value is the one that mariadb-binlog prints`(types: TypeTable) throws {
        let server = try MariaDBServer.shared()
        let database = try server.makeDatabase("printed")
        let session = try server.connect()
        let start = try server.binlogEnd()
        try session.create([types], in: database)
        try session.change([types], in: database)
        let end = try server.binlogEnd()
        let file = BinlogPosition(file: start.file, offset: start.offset)

        let printed = try PrintedChange.read(
            "\(server.dataDirectory)/\(start.file)", from: start.offset, to: end.offset,
            table: "`\(database)`.`\(types.name)`")
        var decoded: [PrintedChange] = []
        let reader = ChangeReader(
            source: try FileSource(path: server.dataDirectory, start: file), start: file,
            options: ReaderOptions(selects: { name, _ in name == database }))
        while reader.position.offset < end.offset, let event = try reader.next() {
            guard case .rows(let batch) = event else { continue }
            decoded += batch.rows.map { PrintedChange($0, of: batch) }
        }
        #expect(decoded.count > types.rowCount)
        #expect(decoded.map(\.operation) == printed.map(\.operation))
        for (decoded, printed) in zip(decoded, printed) {
            #expect(decoded.images.count == printed.images.count)
            for (ours, theirs) in zip(decoded.images, printed.images) {
                // Hidden columns are printed too, behind the others.
                #expect(ours == Array(theirs.prefix(ours.count)))
            }
        }
    }
}

/// A row change as `mariadb-binlog -vv` prints it.
private struct PrintedChange {
    var operation: String
    /// The values of each image, in the printed form.
    var images: [[String]]

    init(operation: String) {
        self.operation = operation
        images = []
    }

    init(_ row: Row, of batch: RowBatch) {
        operation = ["INSERT", "UPDATE", "DELETE"][Int(row.operation.rawValue)]
        images = [row.before, row.after].filter { $0 >= 0 }.map { image in
            batch.table.columns.indices.map {
                PrintedText.text(batch.cell($0, at: image), batch.table.columns[$0].type, batch)
            }
        }
    }

    static func read(_ path: String, from start: UInt64, to end: UInt64, table: String) throws -> [PrintedChange] {
        let folder = try ScratchFolder()
        let process = try ChildProcess(
            "/usr/bin/env",
            [
                "mariadb-binlog", "--no-defaults", "-vv", "--base64-output=DECODE-ROWS", "--start-position=\(start)",
                "--stop-position=\(end)", path,
            ],
            environment: ["TZ": "UTC", "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"],
            output: folder.file("out"), errors: folder.file("err"))
        #expect(try process.wait(timeout: 120) == .exited(0))
        let output = try Data(contentsOf: URL(fileURLWithPath: folder.file("out")))
        var changes: [PrintedChange] = []
        var isOurs = false
        for line in output.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true) {
            // Strings are in the character sets of their columns.
            guard let text = String(bytes: line, encoding: .isoLatin1), text.hasPrefix("### ") else { continue }
            let rest = text.dropFirst(4)
            if rest.hasPrefix("  @") {
                guard isOurs, let equals = rest.firstIndex(of: "="),
                    let comment = rest.range(of: " /* ", options: .backwards)
                else { continue }
                let last = changes.count - 1
                changes[last].images[changes[last].images.count - 1].append(
                    String(rest[rest.index(after: equals)..<comment.lowerBound]))
            } else if rest == "SET" || rest == "WHERE" {
                if isOurs { changes[changes.count - 1].images.append([]) }
            } else if let operation = ["INSERT", "UPDATE", "DELETE"].first(where: { rest.hasPrefix($0) }) {
                isOurs = rest.hasSuffix(table)
                if isOurs { changes.append(PrintedChange(operation: operation)) }
            }
        }
        return changes
    }
}

/// Decoded values in the form of `mariadb-binlog -vv` (`log_event_print_value` in sql/log_event_client.cc).
private enum PrintedText {
    static func text(_ cell: Cell, _ type: ColumnType, _ batch: RowBatch) -> String {
        switch (type, cell) {
        case (_, .null): return "NULL"
        case (.integer(let byteCount, _), .int(let value)): return integer(value, byteCount)
        case (.integer(let byteCount, _), .uint(let value)): return integer(Int64(bitPattern: value), byteCount)
        case (.float, .float(let value)): return String(format: "%-20g", Double(value))
        case (.double, .double(let value)): return String(format: "%-.20g", value)
        case (.bit(let width), .uint(let value)): return bits(value, Int(width))
        case (.enumeration, .uint(let value)): return "\(value)"
        case (.set(let labels), .uint(let value)):
            // Its bytes as they are stored, the lowest first.
            let byteCount = labels.count > 32 ? 8 : (labels.count + 7) / 8
            return "b'" + le(value).prefix(byteCount).map { bits(UInt64($0), 8).dropFirst(2).dropLast() }.joined() + "'"
        case (.year, .uint(let value)): return value == 0 ? "1900" : "\(value)"  // it knows no year 0
        case (.date, .uint): return "'\(canonical(cell, type, batch).replacing("-", with: ":"))'"
        case (.timestamp(let digits), .int(let value)):
            let fraction = String(format: "%06d", value % 1_000_000).prefix(Int(digits))
            return "\(value / 1_000_000)" + (digits > 0 ? ".\(fraction)" : "")
        case (.time, _), (.dateTime, _): return "'\(canonical(cell, type, batch))'"
        case (.decimal, _): return canonical(cell, type, batch)
        default: return quoted(cell, batch)
        }
    }

    private static func canonical(_ cell: Cell, _ type: ColumnType, _ batch: RowBatch) -> String {
        EventLog.text(cell, type, batch)
    }

    /// As signed, and where that is negative as unsigned too.
    private static func integer(_ value: Int64, _ byteCount: UInt8) -> String {
        let shift = Int64(64 - 8 * Int64(byteCount))
        let signed = (value << shift) >> shift
        return signed < 0 ? "\(signed) (\(UInt64(bitPattern: value) & (.max >> UInt64(shift))))" : "\(signed)"
    }

    private static func bits(_ value: UInt64, _ width: Int) -> String {
        let digits = String(value, radix: 2)
        return "b'" + String(repeating: "0", count: max(0, width - digits.count)) + digits + "'"
    }

    private static func quoted(_ cell: Cell, _ batch: RowBatch) -> String {
        guard let bytes = batch.bytes(of: cell) else { return "?" }
        var text = "'"
        for index in bytes.indices {
            let byte = bytes[index]
            if byte > 0x1F {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += String(format: "\\x%02x", byte)
            }
        }
        return text + "'"
    }
}
