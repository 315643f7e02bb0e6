public import Rows

/// Prints row changes as lines of JSON to a file descriptor, gathered in a buffer: what `tail` and the console sink
/// write with. Confined to one thread.
public final class ChangePrinter {
    private static let bufferSize = 256 * 1024

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
        var index = 0
        while index < batch.rows.count {
            index = try json.append(batch, from: index, to: &lines, fillingUpTo: Self.bufferSize)
            if lines.count >= Self.bufferSize { try flush() }
        }
    }

    /// Writes what is in the buffer. What fails to be written is dropped.
    public func flush() throws(SinkError) {
        if lines.isEmpty { return }
        defer { lines.removeAll(keepingCapacity: lines.capacity <= 4 * Self.bufferSize) }
        try output.write(lines)
    }
}
