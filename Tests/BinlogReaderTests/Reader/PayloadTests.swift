import FuzzSupport
import Rows
import TestSupport
import Testing

@testable import BinlogReader

/// Compressed transactions: TRANSACTION_PAYLOAD events, honest and not.
@Suite struct PayloadTests {
    private static let fixture = Result { try Fixture("mysql-9.7.binlog") }

    private let fixture: Fixture
    /// The file's head and the GTID of a transaction.
    private let head: [[UInt8]]
    /// The events of the transaction, as they lie in a payload.
    private let inner: [[UInt8]]

    init() throws {
        fixture = try Self.fixture.get()
        let begin = try #require(
            fixture.events.firstIndex { $0[4] == 2 && $0.dropLast(4).suffix(5).elementsEqual("BEGIN".utf8) })
        let end = try #require(fixture.events[begin...].firstIndex { $0[4] == 16 })
        head = [fixture.events[0], fixture.events[begin - 1]]
        inner = fixture.events[begin...end].map { PayloadBuilder.inner($0) }
    }

    private func event(_ body: [UInt8]) -> [UInt8] {
        var builder = EventBuilder()
        return builder.event(.transactionPayload, body)
    }

    /// What the reader makes of one payload, with the bytes of `content`.
    private func log(_ content: [[UInt8]], _ packing: PayloadBuilder.Packing = .zstd) -> [String] {
        logOfFile(head + [event(PayloadBuilder.body(content.flatMap { $0 }, packing))])
    }

    private func error(_ body: [UInt8]) -> String {
        logOfFile(head + [event(body)]).last ?? "nothing"
    }

    @Test(arguments: PayloadBuilder.Packing.allCases)
    func `a payload's events are those of its transaction`(packing: PayloadBuilder.Packing) {
        let packed = fixture.packed(packing)
        #expect(packed.count < fixture.events.count - 20)
        let whole = logOfFile(fixture.events)
        #expect(whole.count > 20 && logOfFile(packed) == whole)
    }

    @Test func `all lie at the payload's offset, and the rows go on counting`() throws {
        let (events, error) = ChangeReader(
            source: ScriptedSource(file: "binlog.000001", events: fixture.packed(.zstd)), start: nil,
            options: ReaderOptions()
        ).readAll()
        #expect(error == nil)
        var start: BinlogPosition?
        var last: (position: BinlogPosition, row: UInt32)?
        var shared = 0
        for event in events {
            switch event {
            case .begin(let begin): start = begin.position
            case .rows(let batch):
                let position = batch.origin.position
                #expect(try #require(start).offset < position.offset)
                for row in batch.rows {
                    if let last, last.position == position {
                        #expect(last.row < row.index)
                        shared += 1
                    } else {
                        #expect(row.index == 0)
                    }
                    last = (position, row.index)
                }
            case .commit(let end): #expect(try #require(last).position.offset < end.next.offset)
            default: break
            }
        }
        #expect(shared >= 3)
    }

    @Test func `reading may start again at the transaction, and behind it`() throws {
        let packed = head + [event(PayloadBuilder.body(inner.flatMap { $0 }))]
        let reader = ChangeReader(
            source: ScriptedSource(file: "binlog.000001", events: packed), start: nil, options: ReaderOptions())
        let offsets = packed.reduce(into: [UInt64(4)]) { $0.append($0[$0.count - 1] + UInt64($1.count)) }
        var positions: [UInt64] = []
        while let event = try reader.next() {
            positions.append(reader.position.offset)
            if case .commit(let end) = event { #expect(end.next.offset == offsets[3]) }
        }
        #expect(positions == [4, offsets[1], offsets[1], offsets[3]])
    }

    @Test func `a field that is unknown is passed over, and sizes may be missing`() {
        let content = inner.flatMap { $0 }
        let whole = log(inner)
        #expect(whole.last == "commit")
        let unknown = PayloadBuilder.field(9, [1, 2, 3]) + PayloadBuilder.field(200, [])
        #expect(logOfFile(head + [event(PayloadBuilder.body(content, more: unknown))]) == whole)
        let bare = PayloadBuilder.field(1, [252] + le(UInt16(content.count))) + [0] + content
        #expect(logOfFile(head + [event(bare)]) == whole)
    }

    @Test func `a payload that is not what it says is refused`() {
        let content = inner.flatMap { $0 }
        let count = UInt32(content.count)
        let zstd = StoredFrames.zstd(content)
        func packed(_ bytes: [UInt8], _ size: UInt32 = UInt32(content.count)) -> [UInt8] {
            PayloadBuilder.field(2, [0]) + PayloadBuilder.field(3, [253] + le(size).prefix(3))
                + PayloadBuilder.field(1, [253] + le(UInt32(bytes.count)).prefix(3)) + [0] + bytes
        }
        #expect(error(packed(zstd)).hasPrefix("commit"))
        // It ends too early, in the frame or in an event, or is no zstd.
        #expect(error(packed(Array(zstd.dropLast(40)))).contains("ends inside an event"))
        #expect(error(packed([])).contains("it should hold \(count) bytes, and holds 0"))
        #expect(
            error(packed(Array(zstd.prefix(3)))).contains("no zstd")
                || error(packed(Array(zstd.prefix(3)))).contains("ends inside"))
        #expect(error(packed([1, 2, 3, 4, 5, 6])).contains("no zstd at byte"))
        #expect(error(packed(zstd + [1, 2, 3, 4, 5])).contains("no zstd at byte"))
        #expect(error(PayloadBuilder.body(Array(content.dropLast(3)))).contains("ends inside an event"))
        // Sizes lie.
        #expect(error(PayloadBuilder.body(content, uncompressedSize: count - 1)).contains("and holds more"))
        #expect(error(PayloadBuilder.body(content, uncompressedSize: count + 1)).contains("and holds \(count)"))
        #expect(error(PayloadBuilder.body(content, .none, uncompressedSize: count + 1)).contains("impossible size"))
        #expect(error(PayloadBuilder.body(content, payloadSize: 5)).contains("impossible size of a compressed"))
        #expect(error([2, 1, 7, 0]).contains("compressed in a way (number 7) that is unknown"))
        #expect(error([]).contains("corrupt event"))
        // What it holds is not one transaction.
        let nested = PayloadBuilder.inner(event(PayloadBuilder.body(content)))
        let wrong = log([nested]).last ?? ""
        #expect(
            wrong.contains("Transaction_payload in Transaction_payload: corrupt compressed transaction: no such event"))
        #expect(wrong.hasPrefix("error binlog.000001:"))
        #expect(log([PayloadBuilder.inner(fixture.events[0])]).last?.contains("no such event can be inside") == true)
        #expect(log(inner + [inner[0]]).last?.contains("more events behind its end") == true)
        #expect(log(inner.dropLast()).last?.contains("it lacks its end") == true)
        var unknown = inner[0]
        unknown[4] = 99
        #expect(log([unknown]).last?.contains("event type 99 in Transaction_payload: event type 99 is unknown") == true)
    }

    @Test func `a small payload takes no more memory than it has bytes for`() {
        // An event that says it has 1 GiB, or more; and one that has 64 MiB, out of 2 KiB.
        var header = inner[1]
        for size in [UInt32(1) << 30, 1 << 31, .max] {
            header.replaceSubrange(9..<13, with: le(size))
            #expect(log([inner[0], header]).last?.hasPrefix("error") == true)
        }
        let bomb = PayloadBuilder.zstd(repeating: 0, count: 64 << 20)
        let fields = PayloadBuilder.field(2, [0]) + PayloadBuilder.field(1, [252] + le(UInt16(bomb.count))) + [0]
        #expect(error(fields + bomb).contains("0 bytes is no event's size"))
    }

    @Test(arguments: PayloadBuilder.Packing.allCases)
    func `every prefix of the events inside ends in an error or a result`(packing: PayloadBuilder.Packing) {
        for index in inner.indices {
            for count in 0..<inner[index].count {
                var cut = Array(inner[index].prefix(count))
                if count >= 13 { cut.replaceSubrange(9..<13, with: le(UInt32(count))) }
                let log = log(inner[..<index] + [cut], packing)
                // Text that is cut is another statement, and of the last event nothing matters but its type.
                #expect(log.last?.hasPrefix("error") == true || index == 0 || index == inner.count - 1)
            }
        }
    }

    @Test(arguments: PayloadBuilder.Packing.allCases)
    func `mutated events inside end in an error or a result`(packing: PayloadBuilder.Packing) {
        var random = SeededRandom("mutated payloads, \(packing)")
        for _ in 0..<600 {
            let packed = fixture.packed(packing) { events in
                var content = events.flatMap { $0 }
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    content[Int.random(in: content.indices, using: &random)] =
                        [0, 1, 0x7F, 0x80, 0xFE, 0xFF, UInt8.random(in: 0...255, using: &random)]
                        .randomElement(using: &random) ?? 0
                }
                return content
            }
            _ = logOfFile(packed)
        }
    }

    @Test func `rows behind 4 GiB of a payload's go on counting at the next offset`() {
        var numbering = PayloadNumbering(offset: 1000)
        func number(_ count: UInt64) -> [UInt64] {
            let place = numbering.number(rowsOf: count)
            return [place.offset, UInt64(place.firstIndex)]
        }
        #expect(number(10) == [1000, 0])
        #expect(number(0) == [1000, 10])
        #expect(number(1 << 31) == [1000, 10])
        #expect(number((1 << 31) - 11) == [1000, 10 + 1 << 31])
        #expect(number(1) == [1001, 0])
        #expect(number(1 << 30) == [1001, 1])
        #expect(number(1 << 30) == [1001, 1 + 1 << 30])
        #expect(number(1 << 31) == [1002, 0])
    }
}
