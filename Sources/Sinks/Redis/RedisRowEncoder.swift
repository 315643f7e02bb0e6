import Rows

/// What the reply to a command will tell, and the row that it is for.
struct RedisExpectation: BitwiseCopyable {
    enum Meaning: BitwiseCopyable {
        /// Nothing, if it is no error.
        case done
        /// HSET of an insert: fewer new fields than sent, and the key was there already.
        case inserted(fieldCount: Int)
        /// HSET of an update: as many new fields as sent, and the key was not there.
        case updated(fieldCount: Int)
        /// DEL of a delete: 0, and the key was not there.
        case deleted
        /// EXEC, whose first reply is the HSET of an update.
        case executedUpdate(fieldCount: Int)
        /// EXEC, whose first reply is the DEL of an update's old key.
        case executedMove
    }

    var meaning: Meaning
    var batch: Int
    var row: Int
}

/// Turns row changes into commands, each of which may be repeated without harm.
///
/// A hash gets its columns by HSET, and loses those that are NULL by HDEL: never DEL first, so that no reader finds a
/// gap. Where a reader could see half of a change (a column that becomes NULL beside others that change, or a change of
/// key) its commands run in one MULTI.
struct RedisRowEncoder {
    private(set) var commands = RedisCommands()
    private(set) var expectations: ContiguousArray<RedisExpectation> = []
    private var value: [UInt8] = []
    private var key: [UInt8] = []
    private var oldKey: [UInt8] = []

    mutating func removeAll() {
        commands.removeAll()
        expectations.removeAll(keepingCapacity: true)
    }

    /// Appends the commands for row number `row` of `batch`, the batch number `batchIndex` of the call.
    mutating func append(
        _ row: Int, of batch: RowBatch, _ batchIndex: Int, _ layout: RedisTableLayout
    ) throws(SinkError) {
        let change = batch.rows[row]
        var meaning = RedisExpectation(meaning: .done, batch: batchIndex, row: row)
        switch change.operation {
        case .insert:
            try Self.render(&key, at: change.after, change, batch, layout)
            let put = try appendPut(change, batch, layout)
            meaning.meaning = layout.format == .hash ? .inserted(fieldCount: put.fieldCount) : .done
            expect(meaning, commandCount: put.commandCount)
        case .delete:
            try Self.render(&key, at: change.before, change, batch, layout)
            commands.begin(wordCount: 2)
            commands.append(encoded: Word.del)
            commands.append(key)
            meaning.meaning = change.mayBeMissing ? .done : .deleted
            expect(meaning, commandCount: 1)
        case .update:
            try Self.render(&oldKey, at: change.before, change, batch, layout)
            try Self.render(&key, at: change.after, change, batch, layout)
            try appendUpdate(change, batch, layout, &meaning)
        }
    }

    private mutating func appendUpdate(
        _ change: Row, _ batch: RowBatch, _ layout: RedisTableLayout, _ meaning: inout RedisExpectation
    ) throws(SinkError) {
        let moves = oldKey != key
        let isHash = layout.format == .hash
        let inTransaction = if moves { true } else { try isHash ? someColumnBecomesNull(change, batch) : false }
        if inTransaction { commands.append(commandOf: Word.multi) }
        if moves {
            commands.begin(wordCount: 2)
            commands.append(encoded: Word.del)
            commands.append(oldKey)
        }
        let put = try appendPut(change, batch, layout)
        guard inTransaction else {
            meaning.meaning = isHash ? .updated(fieldCount: put.fieldCount) : .done
            expect(meaning, commandCount: put.commandCount)
            return
        }
        commands.append(commandOf: Word.exec)
        var plain = meaning
        plain.meaning = .done
        // MULTI, and each queued command.
        for _ in 0..<(1 + (moves ? 1 : 0) + put.commandCount) { expectations.append(plain) }
        meaning.meaning = moves ? .executedMove : .executedUpdate(fieldCount: put.fieldCount)
        expectations.append(meaning)
    }

    /// Expects `meaning` of the first of the last `commandCount` commands, and nothing of the others.
    private mutating func expect(_ meaning: RedisExpectation, commandCount: Int) {
        expectations.append(meaning)
        var plain = meaning
        plain.meaning = .done
        for _ in 1..<commandCount { expectations.append(plain) }
    }

    /// Appends what makes `key` hold the row as it is after the change.
    private mutating func appendPut(
        _ change: Row, _ batch: RowBatch, _ layout: RedisTableLayout
    ) throws(SinkError) -> (commandCount: Int, fieldCount: Int) {
        switch layout.format {
        case .hash: return try appendHash(change, batch, layout)
        case .string:
            value.removeAll(keepingCapacity: true)
            for (index, column) in layout.table.columns.enumerated() {
                value.append(contentsOf: layout.members[index])
                let cell = batch.cell(index, at: change.after)
                try appendMember(cell, of: column.type, index, change, batch)
            }
            value.append(UInt8(ascii: "}"))
            commands.begin(wordCount: 3)
            commands.append(encoded: Word.set)
            commands.append(key)
            commands.append(value)
            return (1, 0)
        }
    }

    private mutating func appendHash(
        _ change: Row, _ batch: RowBatch, _ layout: RedisTableLayout
    ) throws(SinkError) -> (commandCount: Int, fieldCount: Int) {
        let columns = layout.table.columns
        var nullCount = 0
        for index in columns.indices {
            if case .null = batch.cell(index, at: change.after) { nullCount += 1 }
        }
        let fieldCount = columns.count - nullCount
        commands.begin(wordCount: 2 + 2 * fieldCount)
        commands.append(encoded: Word.hset)
        commands.append(key)
        for index in columns.indices {
            let cell = batch.cell(index, at: change.after)
            if case .null = cell { continue }
            value.removeAll(keepingCapacity: true)
            do throws(ValueError) {
                try ValueText.append(cell, of: columns[index].type, in: batch, to: &value)
            } catch {
                throw SinkError(Self.cellError(cell, error), column: index, row: change, of: batch)
            }
            commands.append(encoded: layout.fields[index])
            commands.append(value)
        }
        guard nullCount > 0 else { return (1, fieldCount) }
        commands.begin(wordCount: 2 + nullCount)
        commands.append(encoded: Word.hdel)
        commands.append(key)
        for index in columns.indices {
            if case .null = batch.cell(index, at: change.after) { commands.append(encoded: layout.fields[index]) }
        }
        return (2, fieldCount)
    }

    /// Appends a column's value as JSON to `value`.
    private mutating func appendMember(
        _ cell: Cell, of type: ColumnType, _ column: Int, _ change: Row, _ batch: RowBatch
    ) throws(SinkError) {
        do throws(ValueError) {
            if type == .json {
                try Self.appendDocument(cell, in: batch, to: &value)
            } else {
                try ValueText.appendJSON(cell, of: type, in: batch, to: &value)
            }
        } catch {
            throw SinkError(Self.cellError(cell, error), column: column, row: change, of: batch)
        }
    }

    /// Appends the value of a JSON column as a member of a JSON string.
    static func appendDocument(_ cell: Cell, in batch: RowBatch, to value: inout [UInt8]) throws(ValueError) {
        let start = value.count
        try ValueText.appendJSON(cell, of: .json, in: batch, to: &value)
        // A document that was embedded as it is, but for its line breaks: Redis keeps those too.
        if let document = batch.bytes(of: cell), document.count == value.count - start {
            for index in document.indices { value[start + index] = document[index] }
        }
    }

    private func someColumnBecomesNull(_ change: Row, _ batch: RowBatch) throws(SinkError) -> Bool {
        for index in batch.table.columns.indices {
            guard case .null = batch.cell(index, at: change.after) else { continue }
            switch batch.cell(index, at: change.before) {
            case .null: continue
            case .absent: throw SinkError(.absent, column: index, row: change, of: batch)
            default: return true
            }
        }
        return false
    }

    /// Renders the key of the row in `image` to `key`.
    private static func render(
        _ key: inout [UInt8], at image: Int32, _ change: Row, _ batch: RowBatch, _ layout: RedisTableLayout
    ) throws(SinkError) {
        key.removeAll(keepingCapacity: true)
        for part in layout.key.parts {
            switch part {
            case .literal(let text): key.append(contentsOf: text)
            case .column(let column, let separator):
                let cell = batch.cell(column, at: image)
                let start = key.count
                do throws(ValueError) {
                    try ValueText.append(cell, of: layout.table.columns[column].type, in: batch, to: &key)
                } catch {
                    let error = if case .null = cell { CellError.nullKey } else { cellError(cell, error) }
                    throw SinkError(error, column: column, row: change, of: batch)
                }
                RedisKeyLayout.escape(&key, from: start, separator)
            }
        }
    }

    private static func cellError(_ cell: Cell, _ error: ValueError) -> CellError {
        if case .absent = cell { .absent } else { .value(error) }
    }

    private enum Word {
        static let hset = RedisCommands.encoded("HSET")
        static let hdel = RedisCommands.encoded("HDEL")
        static let set = RedisCommands.encoded("SET")
        static let del = RedisCommands.encoded("DEL")
        static let multi = RedisCommands.encoded("MULTI")
        static let exec = RedisCommands.encoded("EXEC")
    }
}
