/// TRANSACTION_PAYLOAD: the events of one transaction, from BEGIN to its end, in one compressed event
/// (`Transaction_payload_event` in MySQL's control_events.h; `binlog_transaction_compression`). Fields of number, length
/// and value come first, up to the number 0; those that are unknown are passed over.
struct TransactionPayload: Equatable {
    enum Compression: Equatable {
        case none
        case zstd
    }

    var compression = Compression.none
    /// Bytes that the events take, as the event says: a limit, and no size to allocate. Nil: it does not say.
    var uncompressedSize: UInt64?
    /// Where the compressed bytes lie in the event.
    var range: Range<Int>

    /// `body` stands right after the common header, and ends before the checksum.
    init(from body: inout ByteCursor) throws(DecodeError) {
        range = 0..<0
        var size: UInt64?
        let start = body.offset
        while true {
            let number = try body.readPacked()
            if number == 0 { break }
            var value = try body.block(try body.readPackedCount())
            switch number {
            case 1: size = try value.readPacked()
            case 2: compression = try Self.compression(try value.readPacked())
            case 3: uncompressedSize = try value.readPacked()
            default: continue
            }
            try value.expectEnd()
        }
        guard size == UInt64(body.remaining) else { throw .invalid(.payloadSize, at: start) }
        range = body.offset..<body.end
        if compression == .none, uncompressedSize ?? UInt64(range.count) != UInt64(range.count) {
            throw .invalid(.payloadSize, at: start)
        }
    }

    /// `transaction::compression::type` in compression/base.h.
    private static func compression(_ number: UInt64) throws(DecodeError) -> Compression {
        switch number {
        case 0: .zstd
        case 255: .none
        default: throw .unsupported(.payloadCompression(number))
        }
    }
}

extension EventType {
    /// Whether a server puts such events into a payload: what belongs to one transaction between its GTID and its end.
    var mayBeInPayload: Bool {
        switch self {
        case .query, .xid, .xaPrepare, .tableMap, .writeRowsV1, .updateRowsV1, .deleteRowsV1, .writeRowsV2,
            .updateRowsV2,
            .deleteRowsV2, .partialUpdateRows, .rowsQuery, .intVar, .random, .userVar, .beginLoadQuery, .appendBlock,
            .deleteFile, .executeLoadQuery, .ignorable, .transactionContext:
            true
        default: false
        }
    }
}
