public import Rows

/// The events of a binlog file, or of a folder of them in sequence order. Confined to one thread.
public final class FileSource: EventSource {
    /// Checked for exclusive access twice an event, it would cost a tenth of the time of small events. Nothing that
    /// `files` does comes back to this object, and it is confined to one thread.
    @exclusivity(unchecked)
    private var files: FileSequence

    /// - Parameters:
    ///   - path: a binlog file, or a folder of them: `binlog.000001`, `binlog.000002`, …. Other files are ignored.
    ///   - start: nil: the first file's head.
    /// Throws a ``FileSourceError``, as ``advance()`` does.
    public init(path: String, start: BinlogPosition?) throws {
        let paths = try BinlogFolder.files(at: path, start: start)
        files = FileSequence(paths: paths, start: start)
        firstPosition =
            start ?? BinlogPosition(file: BinlogFile.lastPart(paths.first ?? path), offset: PositionTracker.firstOffset)
    }

    /// Where reading begins.
    public let firstPosition: BinlogPosition

    public var event: UnsafeRawBufferPointer { files.event }
    public let lendsForGood = true

    public func advance() throws -> SourceRead { try files.advance() }
}
