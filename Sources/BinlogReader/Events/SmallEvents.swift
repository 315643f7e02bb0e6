/// ROTATE: reading goes on in another file (`Rotate_log_event`). Its file name takes the rest of the event.
struct RotateEvent: Equatable {
    var offset: UInt64
    var file: String

    init(from body: inout ByteCursor) throws(DecodeError) {
        offset = try body.read(UInt64.self)
        let start = body.offset
        file = try body.readName(body.remaining)
        guard !file.isEmpty, !file.utf8.contains(0) else { throw .invalid(.fileName, at: start) }
    }
}

/// INCIDENT: the server lost events, or may have (`Incident_log_event`).
struct IncidentEvent: Equatable {
    var code: UInt16

    init(from body: inout ByteCursor) throws(DecodeError) {
        code = try body.read(UInt16.self)
    }
}

/// XA_PREPARE ends the rows of an XA transaction (`XA_prepare_log_event`).
struct XAPrepareEvent: Equatable {
    /// `XA COMMIT … ONE PHASE`: the transaction is committed here.
    var isOnePhase: Bool

    init(from body: inout ByteCursor) throws(DecodeError) {
        isOnePhase = try body.read(UInt8.self) != 0
    }
}
