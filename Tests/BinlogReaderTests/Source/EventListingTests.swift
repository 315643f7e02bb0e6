import MySQLClient
import Rows
import TestSupport
import Testing

@testable import BinlogReader

/// What the server lists of an event, by which the whole offset of one behind 4 GiB is found.
@Suite struct EventListingTests {
    @Test(arguments: ServerKind.allCases)
    func `only the server's word says that no event begins at a place`(kind: ServerKind) throws {
        let server = try kind.start()
        let end = try server.binlogEnd()
        try server.execute("CREATE DATABASE d")
        let source = SourceServer(server.connectionOptions)
        let place = BinlogPosition(file: end.file, offset: end.offset)
        #expect(try source.listing(at: place)?.text(0, 1) == "\(end.offset)")
        let nowhere = BinlogPosition(file: end.file, offset: end.offset + 1)
        #expect(try source.listing(at: nowhere) == nil)
        let unknown = #expect(throws: StreamError.self) { try source.check(nowhere) }
        #expect(unknown?.kind == .unknownPosition)
        // An account that may not ask has not been told so.
        try server.execute("CREATE USER stranger@'%' IDENTIFIED BY 'p'")
        var options = server.connectionOptions
        options.user = "stranger"
        options.password = "p"
        let denied = #expect(throws: StreamError.self) { try SourceServer(options).listing(at: place) }
        #expect(denied?.kind == .denied)
        try server.stop()
        let lost = #expect(throws: StreamError.self) { try source.listing(at: place) }
        #expect(lost?.isRetriable == true, "\(lost?.description ?? "")")
    }

    @Test func `a GTID is not found inside another one`() {
        let list = { (gtid: String?, type: String, text: String) in SourceServer.isListed(gtid, type: type, text) }
        #expect(list("0-1-100", "Gtid", "BEGIN GTID 0-1-100"))
        #expect(list("0-1-100", "Gtid", "BEGIN GTID 0-1-100 cid=5"))
        #expect(!list("0-1-100", "Gtid", "BEGIN GTID 10-1-100"))
        #expect(!list("0-1-100", "Gtid", "BEGIN GTID 0-1-1000"))
        #expect(!list("0-1-100", "Query", "SELECT '0-1-100'"))
        #expect(
            list(
                "3e11fa47-71ca-11e1-9e33-c80aa9429562:7", "Gtid",
                "SET @@SESSION.GTID_NEXT= '3e11fa47-71ca-11e1-9e33-c80aa9429562:7'"))
        #expect(list(nil, "Anonymous_Gtid", "SET @@SESSION.GTID_NEXT= 'ANONYMOUS'"))
    }
}
