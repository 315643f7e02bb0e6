import Rows

@testable import BinlogReader

/// What the decoder made of a log: all that is checked goes through it.
struct Reading {
    private(set) var rows: [DecodedRow] = []
    private(set) var error: (any Error)?

    /// Of a file. Statements that change rows and were logged as text are refused one by one: reading goes on behind, as
    /// the error says.
    init(path: String) {
        var start: BinlogPosition?
        while true {
            do {
                try read(FileSource(path: path, start: start), from: start)
                return
            } catch let error as EventError {
                guard case .statementFormat(_, let next) = error.cause, next.offset > start?.offset ?? 0 else {
                    self.error = error
                    return
                }
                start = next
            } catch {
                self.error = error
                return
            }
        }
    }

    /// Of events in memory. Their checksums are not verified.
    init(_ events: [[UInt8]]) {
        do {
            try read(
                MemorySource(events), from: BinlogPosition(file: "binlog.000001", offset: 4), verifiesChecksums: false)
        } catch {
            self.error = error
        }
    }

    /// Of a server's files: what it has logged of `database` between two places.
    init(folder: String, from start: BinlogPosition, to end: BinlogPosition, database: String) {
        do {
            let reader = ChangeReader(
                source: try FileSource(path: folder, start: start), start: start,
                options: ReaderOptions(selects: { name, _ in name == database }))
            while reader.position.file != end.file || reader.position.offset < end.offset,
                let event = try reader.next()
            {
                take(event)
            }
        } catch {
            self.error = error
        }
    }

    private mutating func read(
        _ source: any EventSource, from start: BinlogPosition?, verifiesChecksums: Bool = true
    ) throws {
        let reader = ChangeReader(
            source: source, start: start, options: ReaderOptions(verifiesChecksums: verifiesChecksums))
        while let event = try reader.next() { take(event) }
    }

    private mutating func take(_ event: SourceEvent) {
        guard case .rows(let batch) = event else { return }
        for row in batch.rows { rows.append(DecodedRow(batch: batch, row: row)) }
    }

    /// The error if it is one that a user can read: ours, and one line.
    var clearError: String? {
        guard let error, error is EventError || error is FileSourceError else { return nil }
        let text = "\(error)"
        return text.isEmpty || text.contains(where: \.isNewline) ? nil : text
    }
}

/// One change of a row.
struct DecodedRow {
    let batch: RowBatch
    let row: Row

    var table: String { "\(batch.table.database).\(batch.table.name)" }

    var before: [DecodedValue]? { row.before < 0 ? nil : image(row.before) }
    var after: [DecodedValue]? { row.after < 0 ? nil : image(row.after) }

    private func image(_ first: Int32) -> [DecodedValue] {
        batch.table.columns.indices.map { index in
            DecodedValue(batch: batch, column: batch.table.columns[index], cell: batch.cell(index, at: first))
        }
    }
}

/// One value of a row.
struct DecodedValue {
    let batch: RowBatch
    let column: Column
    let cell: Cell

    var isNull: Bool { if case .null = cell { true } else { false } }
    var isAbsent: Bool { if case .absent = cell { true } else { false } }

    /// The canonical text, which of binary values is their bytes; nil for NULL.
    func rendered() throws -> [UInt8]? {
        if isNull { return nil }
        var output: [UInt8] = []
        try ValueText.append(cell, of: column.type, in: batch, to: &output)
        return output
    }

    /// The bytes as they lie in the log, if the cell has some.
    var raw: [UInt8]? { Self.raw(cell, batch) }

    private static func raw(_ cell: Cell, _ batch: borrowing RowBatch) -> [UInt8]? {
        guard let span = batch.bytes(of: cell) else { return nil }
        var bytes: [UInt8] = []
        for index in 0..<span.count { bytes.append(span[index]) }
        return bytes
    }

    /// For messages.
    var shown: String {
        if isAbsent { return "ABSENT" }
        do {
            guard let bytes = try rendered() else { return "NULL" }
            return String(validating: bytes, as: UTF8.self) ?? "0x" + Hex.text(bytes)
        } catch {
            return "<\(error)>"
        }
    }
}

/// Events one after the other, each in memory of exactly its size.
private final class MemorySource: EventSource {
    private var events: [[UInt8]]
    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 1)
    private var hasBegun = false

    init(_ events: [[UInt8]]) {
        self.events = events.reversed()
    }

    deinit { memory.deallocate() }

    var event: UnsafeRawBufferPointer { UnsafeRawBufferPointer(memory) }

    func advance() throws -> SourceRead {
        if !hasBegun {
            hasBegun = true
            return .moved(to: BinlogPosition(file: "binlog.000001", offset: 4))
        }
        guard let bytes = events.popLast() else { return .end }
        memory.deallocate()
        memory = .allocate(byteCount: bytes.count, alignment: 1)
        memory.copyBytes(from: bytes)
        return .event
    }
}
