import Rows

/// Events that the server is asked for over a stream of their own, to learn from them.
extension SourceServer {
    /// Looks through the log from `start` to its end, without checksums, until `goesOn` says no.
    func scan(
        from start: StreamStart, serverID: UInt32, while goesOn: (UnsafeRawBufferPointer) throws -> Bool
    ) throws(StreamError) {
        var stream = ServerStreamOptions(connection: options, serverID: serverID)
        stream.endsAtEnd = true
        stream.wantsChecksums = false
        let events = ServerStream(stream, from: start)
        do {
            while true {
                try stopper.checkNotStopped()
                switch try events.advance() {
                case .event: guard try goesOn(events.event) else { return }
                case .moved, .idle: continue
                case .end: return
                }
            }
        } catch {
            throw explain(error)
        }
    }

    /// The log from `start` to its end of now, read as the replica `serverID`.
    func log(from start: BinlogPosition, serverID: UInt32) -> ServerStream {
        var stream = ServerStreamOptions(connection: options, serverID: serverID)
        stream.endsAtEnd = true
        return ServerStream(stream, from: .position(start))
    }

    /// Hands over what begins in a file before `position`, from its head on: events without checksums.
    func scan(
        before position: BinlogPosition, serverID: UInt32,
        _ take: (EventHeader, inout ByteCursor) throws(DecodeError) -> Void
    ) throws(StreamError) {
        var tracker = PositionTracker(start: nil)
        var layout = EventLayout.unknown
        let head = BinlogPosition(file: position.file, offset: PositionTracker.firstOffset)
        try scan(from: .position(head), serverID: serverID) { event in
            do throws(DecodeError) {
                // SAFETY: the stream keeps the event until it is advanced, which is after this call.
                var body = ByteCursor(RawSpan(_unsafeBytes: event))
                let header = try EventHeader(from: &body)
                guard tracker.offset < position.offset, tracker.pass(header) < position.offset else { return false }
                // The first one is made up, and says where the server begins to read.
                if header.type == .rotate { return header.flags.contains(.artificial) }
                if header.type == .formatDescription {
                    var format = body
                    layout = EventLayout(try FormatDescription(from: &format))
                }
                try layout.skipRest(of: header, &body)
                try take(header, &body)
                return true
            } catch {
                throw StreamError(.corrupt, "\(position.file): \(error)")
            }
        }
    }
}
