public import Rows

/// Turns the events of a source into transactions and row changes. Confined to one thread. After an error it is done:
/// reading goes on with a new reader, from a place where reading may start.
public final class ChangeReader {
    private let source: any EventSource
    /// Checked for exclusive access each time, it would cost a twentieth of the time of small events. Nothing that `state`
    /// does comes back to this object, and it is confined to one thread.
    @exclusivity(unchecked)
    private var state: ReaderState

    /// - Parameter start: where `source` begins to read. Nil: at the first file's head, or where GTIDs say.
    public init(source: any EventSource, start: BinlogPosition?, options: ReaderOptions) {
        self.source = source
        state = ReaderState(start: start, options: options, movesLargeEvents: source.lendsForGood)
    }

    /// Reads a binlog file, or a folder of them, from `start` on; nil: from the first one's head. Throws a
    /// ``FileSourceError``, as ``next()`` does.
    public convenience init(
        path: String, from start: BinlogPosition? = nil, options: ReaderOptions = ReaderOptions()
    ) throws {
        self.init(source: try FileSource(path: path, start: start), start: start, options: options)
    }

    /// Reads a server's log from `start` on. Connects at the first call of ``next()``, which throws a ``StreamError``
    /// where that fails. To end it from another thread, make the ``ServerStream`` yourself: it has a stopper.
    public convenience init(
        server: ServerStreamOptions, from start: BinlogPosition, options: ReaderOptions = ReaderOptions()
    ) {
        self.init(source: ServerStream(server, from: .position(start)), start: start, options: options)
    }

    /// Where reading may start again: the start of the transaction being read, or right after the last one. Its file is
    /// empty as long as a server that was given GTIDs has not told.
    public var position: BinlogPosition { state.position }

    /// The next event; nil at the end of the last file. Throws an ``EventError`` for what cannot be followed, and what
    /// the source and the hints throw.
    public func next() throws -> SourceEvent? {
        try state.next(from: source)
    }

    /// Takes back a batch that is no longer needed, so that the next one is made in its memory. Nobody has to: it makes
    /// events of few rows cheaper.
    public func reuse(_ batch: consuming RowBatch) {
        state.decoder.spares.add(batch)
    }
}
