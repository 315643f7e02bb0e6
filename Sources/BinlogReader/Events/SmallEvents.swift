/// ROTATE: reading goes on in another file (`Rotate_log_event`). Its file name takes the rest of the event, and servers
/// leave the folder out.
struct RotateEvent: Equatable {
    var offset: UInt64
    var file: String

    init(from body: inout ByteCursor) throws(DecodeError) {
        offset = try body.read(UInt64.self)
        let start = body.offset
        file = try body.readName(body.remaining)
        // It becomes a part of the names of files.
        guard !file.isEmpty, !file.utf8.contains(where: { $0 == 0 || $0 == UInt8(ascii: "/") }) else {
            throw .invalid(.fileName, at: start)
        }
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

/// HEARTBEAT version 2, of MySQL, sent to those who ask for it (`Heartbeat_event_v2` in control_events.h): fields of
/// number, length and value, up to the number 0.
struct HeartbeatEvent: Equatable {
    /// How far the server has come in the file. Nil: it does not say.
    var offset: UInt64?

    init(from body: inout ByteCursor) throws(DecodeError) {
        while true {
            let number = try body.readPacked()
            if number == 0 { break }
            var value = try body.block(try body.readPackedCount())
            // 1 is the file's name.
            guard number == 2 else { continue }
            offset = try value.readPacked()
            try value.expectEnd()
        }
    }
}

/// GTID_LIST, of MariaDB: the last GTID of each domain and server in front of a file, those of a domain one after the other
/// (`Gtid_list_log_event`).
struct GTIDListEvent {
    var entries: [(domain: UInt32, gtid: String)] = []

    init(from body: inout ByteCursor) throws(DecodeError) {
        // The upper four bits are flags.
        let count = Int(try body.read(UInt32.self) & 0x0FFF_FFFF)
        try body.require(count * 16)
        for _ in 0..<count {
            let domain = try body.read(UInt32.self)
            let server = try body.read(UInt32.self)
            entries.append((domain, "\(domain)-\(server)-\(try body.read(UInt64.self))"))
        }
    }
}
