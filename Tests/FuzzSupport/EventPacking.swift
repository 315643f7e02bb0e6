import Rows

@testable import BinlogReader

/// Makes of events in plain form those that the options of a ``FuzzInput`` ask for: compressed, packed, with checksums.
/// What it does not understand stays as it is.
struct EventPacking {
    private let options: FuzzInput.Options
    /// Events end in four bytes of checksum.
    private var hasChecksums = false

    init(_ options: FuzzInput.Options) {
        self.options = options
    }

    mutating func pack(_ events: [[UInt8]]) -> [[UInt8]] {
        // Its last five bytes: the algorithm, and its own checksum.
        if let format = events.first(where: { Self.type($0) == .formatDescription }) {
            hasChecksums = format.suffix(5).first == 1
        }
        var packed = events
        if options.contains(.compressedEvents) { packed = packed.map(compress) }
        if options.contains(.payload) || options.contains(.plainPayload) { packed = group(packed) }
        guard options.contains(.checksums) else { return packed }
        // The format's own event ends in one in any case.
        return packed.map { hasChecksums || Self.type($0) == .formatDescription ? checksummed($0) : $0 }
    }

    private static func type(_ event: [UInt8]) -> EventType? {
        event.count >= FuzzInput.headerByteCount ? EventType(rawValue: event[4]) : nil
    }

    private func checksummed(_ event: [UInt8]) -> [UInt8] {
        guard event.count >= FuzzInput.headerByteCount + 4 else { return event }
        let content = event.dropLast(4)
        return content + Self.bytes(StoredFrames.crc32(content), 4)
    }

    // MARK: MariaDB's compressed events

    private func compress(_ event: [UInt8]) -> [UInt8] {
        guard let type = Self.type(event), let compressed = Self.compressedTypes[type] else { return event }
        let content = event.dropLast(hasChecksums ? 4 : 0)
        guard let start = type == .query ? Self.textOffset(event) : Self.rowsOffset(event, type), start < content.count
        else { return event }
        let plain = content[start...]
        var packed = Array(content[..<start])
        packed[4] = compressed.rawValue
        packed += [0x84] + Self.bytes(plain.count, 4).reversed() + StoredFrames.zlib(Array(plain))
        if hasChecksums { packed += [0, 0, 0, 0] }
        return FuzzInput.sized(packed)
    }

    private static let compressedTypes: [EventType: EventType] = [
        .query: .compressedQuery, .writeRowsV1: .compressedWriteRowsV1, .updateRowsV1: .compressedUpdateRowsV1,
        .deleteRowsV1: .compressedDeleteRowsV1, .writeRowsV2: .compressedWriteRowsV2,
        .updateRowsV2: .compressedUpdateRowsV2, .deleteRowsV2: .compressedDeleteRowsV2,
    ]

    private static func textOffset(_ event: [UInt8]) -> Int? {
        guard event.count > 32 else { return nil }
        return 32 + Int(event[30]) + Int(event[31]) << 8 + Int(event[27]) + 1
    }

    private static func rowsOffset(_ event: [UInt8], _ type: EventType) -> Int? {
        var body = ByteCursor(event.span.bytes)
        let isUpdate = type == .updateRowsV1 || type == .updateRowsV2
        let isFirst = [.writeRowsV1, .updateRowsV1, .deleteRowsV1].contains(type)
        do {
            try body.skip(FuzzInput.headerByteCount)
            _ = try RowsEvent(
                from: &body, operation: isUpdate ? .update : .insert, isCompressed: false, isPartial: false,
                postHeaderLength: isFirst ? 8 : 10)
        } catch {
            return nil
        }
        return body.offset
    }

    // MARK: MySQL's compressed transactions

    /// Packs what may be in a payload, from one event that may not to the next.
    private func group(_ events: [[UInt8]]) -> [[UInt8]] {
        var grouped: [[UInt8]] = []
        var open: [[UInt8]] = []
        for event in events {
            if let type = Self.type(event), type.mayBeInPayload {
                open.append(event)
                continue
            }
            grouped += close(open)
            open = []
            grouped.append(event)
        }
        return grouped + close(open)
    }

    /// Only rows are packed: a statement is no transaction.
    private func close(_ events: [[UInt8]]) -> [[UInt8]] {
        events.contains { Self.type($0) == .tableMap } ? [payload(of: events)] : events
    }

    private func payload(of events: [[UInt8]]) -> [UInt8] {
        // Events inside have no checksums of their own.
        let content = events.flatMap { FuzzInput.sized($0.dropLast(hasChecksums ? 4 : 0)) }
        let isPlain = options.contains(.plainPayload)
        let packed = isPlain ? content : StoredFrames.zstd(content)
        var event = Array(events[0].prefix(FuzzInput.headerByteCount))
        event[4] = EventType.transactionPayload.rawValue
        event += [2] + (isPlain ? [3, 252, 255, 0] : [1, 0])
        event += [3, 9, 254] + Self.bytes(content.count, 8) + [1, 9, 254] + Self.bytes(packed.count, 8) + [0] + packed
        if hasChecksums { event += [0, 0, 0, 0] }
        return FuzzInput.sized(event)
    }

    private static func bytes(_ number: some BinaryInteger, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}
