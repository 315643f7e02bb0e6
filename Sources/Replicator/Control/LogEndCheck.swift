import Rows

/// Notices that a source's log ends before what was read of it, as it does after RESET MASTER. The server says nothing of
/// it to a session that waits for more, and would never send anything again.
struct LogEndCheck {
    /// What was read before the log's end was asked for the next time.
    private var seen: (time: Int64, position: BinlogPosition, server: String?)?

    /// Called a few times a second. The log's end if it is before a place that was read before that end was asked for.
    /// - Parameters:
    ///   - position: what is read now; nil while nothing is.
    ///   - server: whose log it is in.
    ///   - source: what is known of that one.
    mutating func shrunkEnd(
        _ position: BinlogPosition?, of server: String? = nil, _ source: SourceKnowledge, now: Int64
    ) -> BinlogPosition? {
        if seen?.server != server { seen = nil }
        guard let position else {
            seen = nil
            return nil
        }
        if let earlier = seen, let asked = source.answered, let end = source.end, earlier.time < asked {
            seen = nil
            if end.isBefore(earlier.position) { return end }
        }
        if seen == nil { seen = (now, position, server) }
        return nil
    }
}
