import Rows
import Testing

@testable import BinlogReader

/// Where a stream that was asked for by GTID begins.
@Suite struct FirstEventSearchTests {
    private var builder = EventBuilder()
    private var search = FirstEventSearch()

    init() throws {
        builder.hasChecksums = false
        let rotate = builder.rotate(to: "binlog.000007")
        #expect(try found(rotate) == nil)
    }

    private mutating func found(_ event: [UInt8]) throws -> FirstEventSearch.Found? {
        try event.withUnsafeBytes { event throws(StreamError) in try search.found(event) }
    }

    @Test mutating func `it is the first GTID event, of either server, with its place`() throws {
        builder.offset = 1540
        let place = BinlogPosition(file: "binlog.000007", offset: 1540)
        let named = builder.gtid(7)
        #expect(try found(builder.query("BEGIN")) == nil)
        #expect(try found(named) == .init(position: place, gtid: "0-1-7"))
        builder.offset = 1540
        let anonymous = builder.event(.anonymousGTID, [0] + [UInt8](repeating: 0, count: 16) + le(UInt64(0)))
        #expect(try found(anonymous) == .init(position: place, gtid: nil))
    }

    @Test mutating func `one that cannot be read is an error, and not one without a GTID`() throws {
        builder.offset = 1540
        let events = [
            builder.event(.mariadbGTID, [1, 2, 3]), builder.event(.gtid, [0]), builder.event(.taggedGTID, []),
        ]
        for event in events {
            do {
                let place = try found(event)
                #expect(Bool(false), "\(String(describing: place))")
            } catch let error as StreamError {
                #expect(error.kind == .corrupt)
                #expect(error.description.contains("binlog.000007:"), "\(error)")
            }
        }
    }
}
