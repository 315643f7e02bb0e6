import Glibc
import Rows

@testable import BinlogReader

/// Reads inputs as `tail` reads a log, values and all. Whatever an input holds, it ends in an error or in a result.
public final class FuzzRun {
    /// For inputs that are read as a file.
    private let path: String
    private var text: [UInt8] = []
    private var tables: [ObjectIdentifier: (table: Table, json: ImageJSON)] = [:]

    /// - Parameter path: of a file that inputs are written to.
    public init(path: String) {
        self.path = path
    }

    /// What came of an input.
    public struct Outcome {
        public var rowCount = 0
        /// Bytes of the rows' text.
        public var byteCount = 0
        public var error: (any Error)?
    }

    @discardableResult
    public func run(_ bytes: [UInt8]) -> Outcome {
        run(FuzzInput(bytes))
    }

    @discardableResult
    public func run(_ input: FuzzInput) -> Outcome {
        var outcome = Outcome()
        tables = [:]
        do {
            try input.options.isWalk ? walk(input) : read(input, &outcome)
        } catch {
            _ = "\(error)"
            outcome.error = error
        }
        return outcome
    }

    private func source(of input: FuzzInput) throws -> any EventSource {
        if input.options.contains(.file) {
            try write([0xFE, 0x62, 0x69, 0x6E] + input.content)
            return try FileSource(path: path, start: nil)
        }
        var packing = EventPacking(input.options)
        return ListedEvents(packing.pack(input.events), areFile: !input.options.contains(.fromServer))
    }

    private func read(_ input: FuzzInput, _ outcome: inout Outcome) throws {
        var options = ReaderOptions(
            hints: input.options.hasHints ? WillingHints() : nil,
            verifiesChecksums: input.options.contains(.checksums))
        if input.options.hasSchemas {
            options.schemas = DeclaredSchemas(FuzzTables.file, selects: { _, _ in true })
        }
        let reader = ChangeReader(source: try source(of: input), start: nil, options: options)
        while let event = try reader.next() {
            guard case .rows(let batch) = event else { continue }
            outcome.rowCount += batch.rows.count
            print(batch, &outcome)
        }
    }

    /// As JSON and as text. Values that have none are no reason to stop here: it is `tail` that stops then.
    private func print(_ batch: RowBatch, _ outcome: inout Outcome) {
        let json = tables[ObjectIdentifier(batch.table)]?.json ?? ImageJSON(batch.table)
        tables[ObjectIdentifier(batch.table)] = (batch.table, json)
        for row in batch.rows {
            for image in [row.before, row.after] where image >= 0 {
                text.removeAll(keepingCapacity: true)
                try? json.append(imageAt: image, of: batch, to: &text)
                for (index, column) in batch.table.columns.enumerated() {
                    let cell = batch.cell(index, at: image)
                    switch cell {
                    case .null, .absent: break
                    default: try? ValueText.append(cell, of: column.type, in: batch, to: &text)
                    }
                }
                outcome.byteCount += text.count
            }
        }
    }

    private func walk(_ input: FuzzInput) throws {
        let source = try source(of: input)
        var walk = TransactionWalk(source: source, start: BinlogPosition(file: "binlog.000001", offset: 4))
        while let transaction = try walk.next() { _ = "\(transaction)" }
    }

    private func write(_ bytes: [UInt8]) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done)
            }
            guard count > 0 else { throw FileSourceError(.unreadable, "\(path) cannot be written") }
            done += count
        }
    }
}

/// Events in memory, each in an allocation of its size, so that a sanitizer sees who reads past its end.
private final class ListedEvents: EventSource {
    private var events: ArraySlice<[UInt8]>
    private var isBegun: Bool
    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 1)

    init(_ events: [[UInt8]], areFile: Bool) {
        self.events = events[...]
        isBegun = !areFile
    }

    deinit {
        memory.deallocate()
    }

    var event: UnsafeRawBufferPointer { UnsafeRawBufferPointer(memory) }

    func advance() throws -> SourceRead {
        guard isBegun else {
            isBegun = true
            return .moved(to: BinlogPosition(file: "binlog.000001", offset: 4))
        }
        guard let bytes = events.popFirst() else { return .end }
        memory.deallocate()
        memory = .allocate(byteCount: bytes.count, alignment: 1)
        memory.copyBytes(from: bytes)
        return .event
    }
}

/// A live table that has everything: each column that may be something else is.
private final class WillingHints: ColumnHints {
    func hints(database: String, table: String, columns: [String]) -> [String: ColumnHint] {
        let kinds: [ColumnHint] = [.uuid, .inet6, .inet4, .json]
        return Dictionary(
            columns.map { ($0, kinds[Int($0.utf8.first ?? 0) % kinds.count]) }, uniquingKeysWith: { first, _ in first })
    }

    func period(database: String, table: String) -> SystemPeriod? {
        SystemPeriod(start: "row_start", end: "row_end", isHidden: table.utf8.count.isMultiple(of: 2))
    }
}
