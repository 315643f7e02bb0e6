import Rows

/// How one column of a target table is written.
struct MySQLColumn {
    let type: ColumnType
    let storage: MySQLStorage
    /// Of a FLOAT(7,3), which rounds: the digits behind the point; else -1.
    let roundedTo: Int
    /// The target computes it: it is compared with, and never written.
    let isGenerated: Bool
    /// See ``MySQLTableSchema/Column/movesByItself``.
    let movesByItself: Bool

    init(type: ColumnType, storage: MySQLStorage, in column: MySQLTableSchema.Column) {
        self.type = type
        self.storage = storage
        roundedTo = storage == .float || storage == .double ? column.scale : -1
        isGenerated = column.isGenerated
        movesByItself = column.movesByItself
    }

    /// True if no strict mode lets `cell` be written: the ENUM value 0, which stands for an invalid label.
    func needsLenience(_ cell: Cell) -> Bool {
        guard case .enumeration(let labels) = type, storage == .text, case .uint(0) = cell else { return false }
        return !labels.contains("")
    }

    /// Appends `cell` as an SQL literal that the column stores as it is.
    func appendLiteral(_ cell: Cell, in batch: RowBatch, to statement: inout [UInt8]) throws(CellError) {
        switch (storage, cell) {
        case (_, .absent): throw .absent
        case (_, .null): statement.append(contentsOf: "NULL".utf8)
        case (.number, _): try appendText(cell, in: batch, to: &statement)
        case (.float, .float(let value)):
            try checkRounding(Double(value)) { Float($0) == value }
            try appendNumber(Double(value), to: &statement)
        case (.double, .float(let value)):
            // The number that its text says, 0.1 and not 0.10000000149011612: as everywhere where it is shown.
            try checkRounding(Double(value)) { Float($0) == value }
            try appendNumber(SQLiteRow.widened(value), to: &statement)
        case (.float, .double(let value)), (.double, .double(let value)):
            try checkRounding(value) { $0 == value }
            try appendNumber(value, to: &statement)
        case (.float, _), (.double, _): throw .value(.mismatchedCell)
        case (.plain, _):
            statement.append(UInt8(ascii: "'"))
            try appendText(cell, in: batch, to: &statement)
            statement.append(UInt8(ascii: "'"))
        case (.text, _), (.unpaddedText, _):
            statement.append(UInt8(ascii: "'"))
            let start = statement.count
            try appendText(cell, in: batch, to: &statement)
            if storage == .unpaddedText, statement.count > start, statement.last == 0x20 { throw .trailingBlank }
            SQLText.escape(from: start, in: &statement)
            statement.append(UInt8(ascii: "'"))
        case (.bytes, _):
            statement.append(contentsOf: "_binary'".utf8)
            let start = statement.count
            if type == .vector, let numbers = batch.bytes(of: cell) {
                numbers.withUnsafeBufferPointer { statement.append(contentsOf: $0) }
            } else {
                try appendText(cell, in: batch, to: &statement)
            }
            if type == .geometry, statement.count == start { throw .noGeometry }
            SQLText.escape(from: start, in: &statement)
            statement.append(UInt8(ascii: "'"))
        }
    }

    private func appendText(_ cell: Cell, in batch: RowBatch, to statement: inout [UInt8]) throws(CellError) {
        do throws(ValueError) {
            try ValueText.append(cell, of: type, in: batch, to: &statement)
        } catch {
            throw .value(error)
        }
    }

    /// With an exponent: without one, the server would read a DECIMAL.
    private func appendNumber(_ value: Double, to statement: inout [UInt8]) throws(CellError) {
        let start = statement.count
        do throws(ValueError) {
            try FloatText.append(value, to: &statement)
        } catch {
            throw .value(error)
        }
        if !statement[start...].contains(UInt8(ascii: "e")) {
            statement.append(UInt8(ascii: "e"))
            statement.append(UInt8(ascii: "0"))
        }
    }

    private func checkRounding(_ value: Double, _ isSame: (Double) -> Bool) throws(CellError) {
        guard roundedTo >= 0, roundedTo < 23 else { return }
        var power = 1.0
        for _ in 0..<roundedTo { power *= 10 }
        let scaled = value * power
        guard scaled.isFinite else { return }
        guard isSame(scaled.rounded() / power) else { throw .rounded }
    }
}

/// String literals of MySQL and MariaDB, under an sql_mode without NO_BACKSLASH_ESCAPES.
enum SQLText {
    /// Escapes what was appended to `statement` since it was `start` bytes long. Most needs none, so it is copied again
    /// only where it does. In UTF-8, and in bytes that are none, the escaped ones are never part of a longer character.
    static func escape(from start: Int, in statement: inout [UInt8]) {
        var special = 0
        statement.withUnsafeBufferPointer { bytes in
            for index in start..<bytes.count where isSpecial(bytes[index]) { special += 1 }
        }
        if special == 0 { return }
        var from = statement.count - 1
        statement.append(contentsOf: repeatElement(0, count: special))
        var to = statement.count - 1
        // From the end, where there is room: each byte moves at most as far as there are special ones before it.
        while to > from {
            let byte = statement[from]
            from -= 1
            statement[to] = byte == 0 ? UInt8(ascii: "0") : byte
            to -= 1
            if isSpecial(byte) {
                statement[to] = UInt8(ascii: "\\")
                to -= 1
            }
        }
    }

    @inline(__always)
    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\\") || byte == 0
    }

    static func appendString(_ text: String, to statement: inout [UInt8]) {
        statement.append(UInt8(ascii: "'"))
        let start = statement.count
        statement.append(contentsOf: text.utf8)
        escape(from: start, in: &statement)
        statement.append(UInt8(ascii: "'"))
    }
}
