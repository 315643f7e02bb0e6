import MySQLClient
import TestSupport
import Testing

@testable import BinlogReader

/// Sets of GTIDs are computed with as the server does it.
@Suite struct GTIDArithmeticTests {
    private static func random(_ random: inout SeededRandom) -> GTIDSet {
        let uuids = ["c9982c6f-e5a4-11f1-aeb8-02fc00000001", "3e11fa47-71ca-11e1-9e33-c80aa9429562"]
        var set = GTIDSet()
        for _ in 0..<Int.random(in: 0...7, using: &random) {
            let source = GTIDSet.Source(
                uuid: uuids[Int.random(in: 0...1, using: &random)],
                tag: ["", "", "a", "tag_b"][Int.random(in: 0...3, using: &random)])
            let first = Int64.random(in: 1...20, using: &random)
            set.add(first...first + Int64.random(in: 0...6, using: &random), of: source)
        }
        return set
    }

    @Test func `random sets, against GTID_SUBSET and GTID_SUBTRACT`() throws {
        let server = try MySQLServer.shared().connect()
        var random = SeededRandom("GTID sets")
        for _ in 0..<500 {
            let (left, right) = (Self.random(&random), Self.random(&random))
            let asked = try server.query(
                """
                SELECT GTID_SUBSET('\(left)', '\(right)'), GTID_SUBTRACT('\(left)', '\(right)'),
                    GTID_SUBTRACT('\(left)', GTID_SUBTRACT('\(left)', '\(right)')), GTID_SUBTRACT('\(left),\(right)', '')
                """)
            let expected = (1...3).map { asked.text(0, $0).flatMap { GTIDSet($0) } }
            #expect(left.isSubset(of: right) == (asked.text(0, 0) == "1"), "\(left) of \(right)")
            #expect(left.subtracting(right) == expected[0], "\(left) without \(right)")
            #expect(left.intersection(right) == expected[1], "\(left) and \(right)")
            if !left.isEmpty, !right.isEmpty { #expect(left.union(right) == expected[2], "\(left) or \(right)") }
        }
    }

    @Test func `a GTID of MariaDB's is a domain, a server and a number`() {
        #expect(
            MariaDBGTID.list("0-1-100, 7-4294967295-18446744073709551615").map(\.description)
                == ["0-1-100", "7-4294967295-18446744073709551615"])
        for text in ["", "0-1", "0-1-", "0-1-2-3", "-1-1-1", "0-1-x", "4294967296-1-1"] {
            #expect(MariaDBGTID(text) == nil)
        }
    }
}
