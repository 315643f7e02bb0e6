internal import Rows

/// Goes from the head of a file to an offset that its server cannot be asked for: COM_BINLOG_DUMP takes 32 bits, and
/// MySQL refuses COM_BINLOG_DUMP_GTID, which takes 64, unless its `gtid_mode` is ON.
/// All events in front of it are counted and dropped but for the file's FORMAT_DESCRIPTION, which a server sends in
/// front of any start.
struct SkipAhead {
    private let target: BinlogPosition
    private var tracker: PositionTracker

    init(to target: BinlogPosition) {
        self.target = target
        tracker = PositionTracker(start: BinlogPosition(file: target.file, offset: PositionTracker.firstOffset))
    }

    enum Step: Equatable {
        case drop
        case handOut
        /// The target is reached: this event and all that follow are handed out.
        case arrived
    }

    mutating func take(_ event: UnsafeRawBufferPointer) throws(StreamError) -> Step {
        // SAFETY: `event` is valid for the call.
        var cursor = ByteCursor(RawSpan(_unsafeBytes: event))
        guard let header = try? EventHeader(from: &cursor), Int(header.size) == event.count else {
            throw StreamError(.other, "the server sent a packet of \(event.count) bytes that is no event")
        }
        switch header.type {
        case .formatDescription:
            _ = tracker.pass(header)
            return .handOut
        case .rotate where header.flags.contains(.artificial) && tracker.offset == PositionTracker.firstOffset:
            return .drop
        default: break
        }
        if tracker.offset == target.offset { return .arrived }
        guard header.type != .rotate else { throw missing("ends at offset \(tracker.offset)") }
        if header.type == .heartbeat { return .drop }
        _ = tracker.pass(header)
        guard tracker.offset <= target.offset else { throw missing("has no event that begins there") }
        return .drop
    }

    private func missing(_ what: String) -> StreamError {
        StreamError(.unknownPosition, "\(target): the server's \(target.file) \(what)")
    }
}
