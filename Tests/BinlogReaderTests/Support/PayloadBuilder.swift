import FuzzSupport

@testable import BinlogReader

/// Makes TRANSACTION_PAYLOAD events of other events.
enum PayloadBuilder {
    enum Packing: CaseIterable {
        /// Not compressed at all.
        case none
        /// As zstd that keeps the bytes as they are.
        case zstd
    }

    /// The body of a payload event. Sizes are right unless given.
    static func body(
        _ content: [UInt8], _ packing: Packing = .zstd, uncompressedSize: UInt32? = nil, payloadSize: UInt32? = nil,
        more: [UInt8] = []
    ) -> [UInt8] {
        let packed = packing == .zstd ? StoredFrames.zstd(content) : content
        let compression: [UInt8] = packing == .zstd ? [0] : [252, 255, 0]
        return field(2, compression) + field(3, [253] + le(uncompressedSize ?? UInt32(content.count)).prefix(3))
            + field(1, [253] + le(payloadSize ?? UInt32(packed.count)).prefix(3)) + more + [0] + packed
    }

    static func field(_ number: UInt8, _ value: [UInt8]) -> [UInt8] {
        [number, UInt8(value.count)] + value
    }

    /// A frame of `count` bytes, all `byte`, in blocks that say so in four bytes each.
    static func zstd(repeating byte: UInt8, count: Int) -> [UInt8] {
        var frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x50]
        let size = 1 << 17
        for start in stride(from: 0, to: count, by: size) {
            let isLast: UInt32 = start + size >= count ? 1 : 0
            frame += le(isLast | 1 << 1 | UInt32(min(size, count - start)) << 3).prefix(3) + [byte]
        }
        return frame
    }

    /// An event without its checksum.
    static func inner(_ event: [UInt8], hasChecksum: Bool = true) -> [UInt8] {
        var event = Array(event.dropLast(hasChecksum ? 4 : 0))
        event.replaceSubrange(9..<13, with: le(UInt32(event.count)))
        return event
    }
}

extension Fixture {
    /// The file's events, with those from each BEGIN to the end of its transaction packed into one payload.
    func packed(_ packing: PayloadBuilder.Packing, change: ([[UInt8]]) -> [UInt8] = { $0.flatMap { $0 } }) -> [[UInt8]]
    {
        var builder = EventBuilder()
        var packed: [[UInt8]] = []
        var open: [[UInt8]]?
        for event in events {
            let isQuery = event[4] == 2
            if isQuery, event.dropLast(4).suffix(5).elementsEqual("BEGIN".utf8) { open = [] }
            guard open != nil else {
                packed.append(event)
                continue
            }
            open?.append(PayloadBuilder.inner(event))
            if event[4] == 16 || isQuery && event.dropLast(4).suffix(6).elementsEqual("COMMIT".utf8) {
                packed.append(builder.event(.transactionPayload, PayloadBuilder.body(change(open ?? []), packing)))
                open = nil
            }
        }
        return packed
    }
}
