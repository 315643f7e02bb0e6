import Rows
import Testing

@testable import BinlogReader

@Suite struct TableMapTests {
    private func layout(
        _ body: [UInt8], isMariaDB: Bool = true, hints: [String: ColumnHint] = [:]
    ) throws -> TableLayout {
        var cursor = ByteCursor(body.span.bytes)
        _ = try TableMapEvent.readTableID(from: &cursor, postHeaderLength: 8)
        let name = try TableMapEvent.Name(from: &cursor)
        let event = try TableMapEvent(from: &cursor)
        return try TableLayout(name: name, event: event, isMariaDB: isMariaDB, hints: hints)
    }

    private func columns(_ table: Table) -> [String] {
        table.columns.map { "\($0.name) \($0.type)\($0.isNullable ? "" : " NOT NULL")" }
    }

    /// Of MariaDB 10.11.19: CREATE TABLE types1 (id INT UNSIGNED PRIMARY KEY, a TINYINT, b SMALLINT UNSIGNED,
    /// c MEDIUMINT, d BIGINT UNSIGNED, y YEAR, bt BIT(10), f FLOAT, g DOUBLE, dc DECIMAL(10,2), c1 CHAR(10),
    /// v1 VARCHAR(300) CHARACTER SET latin1, b1 BINARY(16), vb VARBINARY(5), t TEXT, bl LONGBLOB,
    /// e ENUM('é','b') CHARACTER SET latin1, s SET('x','y'), g1 POINT, u UUID, i4 INET4, i6 INET6, j JSON,
    /// dt DATETIME(3), tm TIME(6), ts TIMESTAMP(1) NULL, da DATE)
    static let mariaDB = hex(
        """
        120000000000 0100 0365787000 06747970657331 00
        1b 03010209080d100405f6fe0ffe0ffcfcfefefffefefefc1213110a
        1f 020104080a02fe282c01fe1005000204f701f80104fe10fe04fe1004030601 feffff07
        0102ac00 02093f002d0108042d0a2e 070101
        04450269640161016201630164017902627401660167026463026331027631026231027662017402626c
        016501730267310175026934026936016a02647402746d0274730264610b02082d0505020178017906050201e90162080100
        """)

    @Test func `a real MariaDB's full metadata is understood`() throws {
        let layout = try layout(Self.mariaDB)
        let table = layout.table
        #expect(table.database == "exp")
        #expect(table.name == "types1")
        #expect(table.metadata == .full)
        #expect(table.primaryKey == [0])
        #expect(layout.hiddenCount == 0)
        let types = Dictionary(uniqueKeysWithValues: table.columns.map { ($0.name, $0.type) })
        #expect(types["id"] == .integer(byteCount: 4, unsigned: true))
        #expect(types["a"] == .integer(byteCount: 1, unsigned: false))
        #expect(types["d"] == .integer(byteCount: 8, unsigned: true))
        #expect(types["y"] == .year)
        #expect(types["bt"] == .bit(width: 10))
        #expect(types["dc"] == .decimal(precision: 10, scale: 2))
        #expect(types["c1"] == .text(.utf8mb4))
        #expect(types["v1"] == .text(Collation(id: 8)))
        #expect(types["b1"] == .binary(length: 16))
        #expect(types["vb"] == .blob)
        #expect(types["t"] == .text(.utf8mb4))
        #expect(types["bl"] == .blob)
        #expect(types["e"] == .enumeration(labels: ["é", "b"]))
        #expect(types["s"] == .set(labels: ["x", "y"]))
        #expect(types["g1"] == .geometry)
        #expect(types["u"] == .binary(length: 16))
        #expect(types["j"] == .text(Collation(id: 46)))
        #expect(types["dt"] == .dateTime(fractionDigits: 3))
        #expect(types["tm"] == .time(fractionDigits: 6))
        #expect(types["ts"] == .timestamp(fractionDigits: 1))
        #expect(table.columns.filter { !$0.isNullable }.map(\.name) == ["id"])
    }

    @Test func `hints tell what looks like bytes and text`() throws {
        let hints: [String: ColumnHint] = ["u": .uuid, "i4": .inet4, "i6": .inet6, "j": .json]
        let table = try layout(Self.mariaDB, hints: hints).table
        let types = Dictionary(uniqueKeysWithValues: table.columns.map { ($0.name, $0.type) })
        #expect(types["u"] == .uuid)
        #expect(types["i4"] == .inet4)
        #expect(types["i6"] == .inet6)
        #expect(types["j"] == .json)
        #expect(types["b1"] == .binary(length: 16))
    }

    @Test(
        arguments: [
            ("id", ColumnHint.uuid), ("i4", .uuid), ("u", .inet4), ("t", .json), ("bl", .json), ("vb", .vector),
            ("v1", .vector), ("b1", .vector),
        ])
    func `a hint that does not fit is an error of its column`(column: String, hint: ColumnHint) throws {
        let error = #expect(throws: TableFault.self) { try layout(Self.mariaDB, hints: [column: hint]) }
        #expect(error?.cause == .hintMismatch(hint))
        #expect(error?.column == column)
    }

    @Test(arguments: 0..<mariaDB.count)
    func `every truncation throws or is a table without some metadata`(count: Int) {
        let body = Array(Self.mariaDB.prefix(count))
        if let layout = try? layout(body) { #expect(layout.formats.count == 27) }
    }

    @Test func `the columns that MariaDB hides are decoded and not shown`() throws {
        // CREATE TABLE gen (id INT PRIMARY KEY, v INT AS (id*2) VIRTUAL, p INT AS (id*3) PERSISTENT,
        //   inv INT INVISIBLE DEFAULT 7, t TEXT, UNIQUE (t))
        let layout = try layout(
            hex(
                """
                160000000000 0100 0365787000 0367656e00 06 03030303fc08 01 02 3e
                010108 02012d 041b0269640176017003696e7601740d44425f524f575f484153485f31 080100
                """))
        #expect(layout.table.columns.map(\.name) == ["id", "v", "p", "inv", "t"])
        #expect(layout.hiddenCount == 1)
        #expect(layout.formats.last == .hidden)
    }

    @Test func `without metadata columns have numbers, and sign and charset are unknown`() throws {
        let body = EventBuilder.tableMapBody(
            7, types: [8, 15, 254, 254, 252], metadata: [40, 0, 254, 40, 247, 1, 2], nulls: [0x1E])
        let table = try layout(body).table
        #expect(table.metadata == .none)
        #expect(
            columns(table) == [
                "@1 \(ColumnType.integer(byteCount: 8, unsigned: false)) NOT NULL", "@2 \(ColumnType.text(.unknown))",
                "@3 \(ColumnType.text(.unknown))", "@4 \(ColumnType.enumeration(labels: []))",
                "@5 \(ColumnType.text(.unknown))",
            ])
    }

    @Test func `minimal metadata tells sign and charset`() throws {
        let body = EventBuilder.tableMapBody(
            7, types: [3, 15], metadata: [40, 0], optional: [1, 1, 0x80, 2, 1, 45])
        let table = try layout(body).table
        #expect(table.metadata == .minimal)
        #expect(table.columns.map(\.name) == ["@1", "@2"])
        #expect(table.columns[0].type == .integer(byteCount: 4, unsigned: true))
        #expect(table.columns[1].type == .text(.utf8mb4))
    }

    @Test func `unknown metadata fields are passed over`() throws {
        // COLUMN_VISIBILITY of MySQL, and one that does not exist yet.
        let body = EventBuilder.tableMapBody(
            7, types: [3], metadata: [], optional: [12, 1, 0x80, 200, 3, 1, 2, 3, 4, 2, 1, UInt8(ascii: "a")])
        #expect(try layout(body).table.columns.map(\.name) == ["a"])
    }

    @Test func `a key over prefixes names its columns`() throws {
        let body = EventBuilder.tableMapBody(
            7, types: [252, 3, 3], metadata: [2], optional: [4, 6, 1, 97, 1, 98, 1, 99, 9, 4, 2, 0, 0, 10])
        #expect(try layout(body).table.primaryKey == [2, 0])
    }

    @Test func `YEAR counts among signs, and GEOMETRY among charsets in MariaDB only`() throws {
        let optional: [UInt8] = [1, 1, 0b1100_0000, 2, 3, 45, 1, 8]
        let body = EventBuilder.tableMapBody(7, types: [13, 3, 255, 252], metadata: [4, 2], optional: optional)
        let mariaDB = try layout(body).table.columns.map(\.type)
        #expect(mariaDB[1] == .integer(byteCount: 4, unsigned: true))
        #expect(mariaDB[3] == .text(Collation(id: 8)))
        let mySQL = try layout(body, isMariaDB: false).table.columns.map(\.type)
        #expect(mySQL[1] == .integer(byteCount: 4, unsigned: true))
        #expect(mySQL[3] == .text(.utf8mb4))
    }

    @Test(
        arguments: [
            (0, [], DecodeError.unsupported(.columnType("DECIMAL of MySQL before 5.0"))),
            (99, [], .unknownColumnType(99)),
            (6, [], .unknownColumnType(6)),
        ] as [(UInt8, [UInt8], DecodeError)])
    func `a type that is not decoded is named with its column`(code: UInt8, metadata: [UInt8], cause: DecodeError) {
        let body = EventBuilder.tableMapBody(
            7, types: [3, code], metadata: metadata, optional: [4, 4, 1, 97, 1, 98])
        let error = #expect(throws: TableFault.self) { try layout(body) }
        #expect(error?.cause == cause)
        #expect(error?.column == "b")
    }

    @Test(
        arguments: [
            ([246], [66, 0]), ([246], [10, 39]), ([246], [5, 6]), ([246], [0, 0]), ([16], [8, 1]), ([16], [1, 8]),
            ([16], [0, 0]), ([17], [7]), ([252], [5]), ([252], [0]), ([254], [200, 1]), ([247], [247, 9]), ([3], [1]),
        ] as [([UInt8], [UInt8])])
    func `impossible column metadata is refused`(types: [UInt8], metadata: [UInt8]) {
        let body = EventBuilder.tableMapBody(7, types: types, metadata: metadata)
        #expect(throws: (any Error).self) { try layout(body) }
    }

    @Test(
        arguments: [
            [4, 2, 1, 97], [4, 6, 1, 97, 1, 98, 1, 99], [8, 1, 2], [4, 5, 1, 97, 3, 98, 99], [1], [1, 5, 0], [2, 0],
            [5, 2, 200, 1], [3, 3, 254, 1, 1],
        ] as [[UInt8]])
    func `impossible optional metadata is refused`(optional: [UInt8]) {
        let body = EventBuilder.tableMapBody(7, types: [254, 15], metadata: [248, 1, 1, 0], optional: optional)
        #expect(throws: (any Error).self) { try layout(body) }
    }
}
