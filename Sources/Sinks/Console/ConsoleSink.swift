public import Rows

/// `stdout:`, a JSON line a change. It cannot be read back and keeps no checkpoint, so a restart may repeat lines.
public struct ConsoleSink: Sink {
    public let label = "stdout:"
    public let isKeyed = false
    private let output: ConsoleOutput

    /// Another descriptor is for tests; it is not owned.
    public init(descriptor: Int32 = 1) {
        output = ConsoleOutput(descriptor: descriptor)
    }

    public func findings(for tables: [Table]) throws(SinkError) -> [String] { [] }

    public func makeCheckpointStore(pipeline: String) throws(SinkError) -> (any CheckpointStore)? { nil }

    public func makeWriter(pipeline: String, lane: Int, epoch: UInt64) throws(SinkError) -> any LaneWriter {
        ConsoleWriter(ChangePrinter(output: output))
    }

    public func makeReader() throws(SinkError) -> (any TargetReader)? { nil }

    public func makePreview() throws(SinkError) -> (any ChangePreview)? { ConsolePreview() }
}

/// A lane's lines, all written when `write` returns.
private final class ConsoleWriter: LaneWriter {
    private let printer: ChangePrinter

    init(_ printer: ChangePrinter) {
        self.printer = printer
    }

    func write(_ batches: [RowBatch], checkpoint: LaneCheckpoint) throws(SinkError) -> WriteCounts {
        do {
            for batch in batches { try printer.print(batch) }
        } catch {
            // The rows before the one at fault are printed; the first error is the one to tell.
            try? printer.flush()
            throw error
        }
        try printer.flush()
        return WriteCounts()
    }
}
