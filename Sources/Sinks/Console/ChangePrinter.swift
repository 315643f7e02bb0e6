public import Rows

/// Prints row changes as lines of JSON to a file descriptor, gathered in a buffer: what `tail` and the console sink
/// write with. Confined to one thread.
public final class ChangePrinter {
    private static let bufferSize = 256 * 1024
    /// A row of so many bytes is printed in parts.
    private static let largeByteCount = 1 << 20

    private let output: ConsoleOutput
    /// Not checked for exclusive access, since nothing that they do comes back to this object.
    @exclusivity(unchecked)
    private var json = ChangeJSON()
    @exclusivity(unchecked)
    private var lines: [UInt8] = []

    /// Does not own `descriptor`. The process must ignore SIGPIPE.
    public convenience init(descriptor: Int32 = 1) {
        self.init(output: ConsoleOutput(descriptor: descriptor))
    }

    init(output: ConsoleOutput) {
        self.output = output
        lines.reserveCapacity(Self.bufferSize + 16 * 1024)
    }

    /// Prints each row of `batch`; lines may stay in the buffer. Throws where a row has no text (the rows before it
    /// are in the buffer) or where writing fails.
    public func print(_ batch: RowBatch) throws(SinkError) {
        if batch.bytes.count >= Self.largeByteCount { return try printLarge(batch) }
        var index = 0
        while index < batch.rows.count {
            index = try json.append(batch, from: index, to: &lines, fillingUpTo: Self.bufferSize)
            if lines.count >= Self.bufferSize { try flush() }
        }
    }

    /// Prints a batch of which a row may be larger than a line should be in memory.
    private func printLarge(_ batch: RowBatch) throws(SinkError) {
        for row in batch.rows {
            if lines.count >= Self.bufferSize || batch.byteCount(of: row) >= Self.largeByteCount { try flush() }
            if batch.byteCount(of: row) < Self.largeByteCount {
                try json.append(row, of: batch, to: &lines)
                lines.append(UInt8(ascii: "\n"))
                continue
            }
            // First for nothing, so that a value without a text leaves no half line.
            try json.appendLine(of: row, of: batch, to: &lines) { line in
                line.removeAll(keepingCapacity: true)
            }
            lines.removeAll(keepingCapacity: true)
            try output.writeParts { write throws(SinkError) in
                try json.appendLine(of: row, of: batch, to: &lines) { line in
                    guard line.count >= Self.bufferSize else { return }
                    write(line)
                    line.removeAll(keepingCapacity: true)
                }
                write(lines)
            }
            lines.removeAll(keepingCapacity: true)
        }
    }

    /// Writes what is in the buffer. What fails to be written is dropped.
    public func flush() throws(SinkError) {
        if lines.isEmpty { return }
        defer { lines.removeAll(keepingCapacity: lines.capacity <= 4 * Self.bufferSize) }
        try output.write(lines)
    }
}

extension RowBatch {
    /// Bytes of a row's values, as the cells name them.
    fileprivate func byteCount(of row: Row) -> Int {
        var count = 0
        for image in [row.before, row.after] where image >= 0 {
            for column in table.columns.indices { count += byteCount(of: cell(column, at: image)) }
        }
        return count
    }
}
