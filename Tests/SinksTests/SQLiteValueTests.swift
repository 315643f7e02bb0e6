import Rows
import TestSupport
import Testing

@testable import Sinks

struct SQLiteValueTests {
    static let types: [(ColumnType, SampleValue, String)] = [
        (.integer(byteCount: 1, unsigned: false), -128, "-128"),
        (.bigint, .int(.min), "-9223372036854775808"),
        (.unsignedBigint, .uint(1), "1"),
        (.unsignedBigint, .uint(.max), "18446744073709551615"),
        (.bit(width: 64), .uint(.max), "18446744073709551615"),
        (.bit(width: 1), .uint(1), "1"),
        (.year, .uint(0), "0"),
        (.decimal(precision: 4, scale: 2), .bytes([0x81, 50]), "1.50"),
        (.float, .float(0.1), "0.1"),
        (.float, .float(16_777_216), "16777216"),
        (.float, .float(.greatestFiniteMagnitude), "3.4028235e+38"),
        (.float, .float(.leastNonzeroMagnitude), "1e-45"),
        (.double, .double(0.1), "0.1"),
        (.double, .double(2), "2"),
        (.double, .double(-0.0), "0"),
        (.double, .double(9_007_199_254_740_992), "9007199254740992"),
        (.double, .double(0x1p60), "1152921504606847000"),
        (.double, .double(.greatestFiniteMagnitude), "1.7976931348623157e+308"),
        (.varchar, "007", "007"),
        (.varchar, "1e3", "1e3"),
        (.varchar, "", ""),
        (.varchar, "é\u{0}x", "é\u{0}x"),
        (.date, .uint(2024 << 9 | 2 << 5 | 29), "2024-02-29"),
        (.date, .uint(0), "0000-00-00"),
        (.time(fractionDigits: 0), .int(-1_000_000), "-00:00:01"),
        (.enumeration(labels: ["1", "2.50"]), .uint(2), "2.50"),
        (.set(labels: ["a", "b"]), .uint(3), "a,b"),
        (.json, "1.0", "1.0"),
        (.uuid, .bytes([1]), "01000000-0000-0000-0000-000000000000"),
        (.inet4, .bytes([1, 2, 3, 4]), "1.2.3.4"),
        (.inet6, .bytes([]), "::"),
        (.binary(length: 2), .bytes([0x31]), "1\u{0}"),
        (.blob, "007", "007"),
        (.blob, .bytes([]), ""),
        (.geometry, .bytes([0, 0, 0, 0, 1]), "\u{0}\u{0}\u{0}\u{0}\u{1}"),
    ]

    /// Whatever type a column is declared with, it keeps a value as it is, or `check` refuses it.
    @Test(arguments: ["INTEGER", "TEXT", "BLOB", "REAL", "DECIMAL(10,2)", "", "DATETIME"], [false, true])
    func `no declared type changes a value silently`(declared: String, isStrict: Bool) throws {
        if isStrict && !["INTEGER", "TEXT", "BLOB", "REAL"].contains(declared) { return }
        for (index, (type, value, text)) in Self.types.enumerated() {
            let table = Table("t", [("id", .int), ("v", type)])
            let fixture = try SQLiteSinkFixture(
                "CREATE TABLE t (id INTEGER PRIMARY KEY, v \(declared))\(isStrict ? "STRICT" : "")")
            guard try fixture.sink.findings(for: [table]).isEmpty else { continue }
            do {
                try fixture.write(
                    RowBatch(
                        table,
                        [.insert([1, value]), .insert([2, nil]), .insert([3, nil]), .update([3, nil], [3, value])]))
            } catch let error as SinkError {
                #expect(error.disposition == .rejected(.invalidValue), "\(error) \(type) \(value)")
                #expect(value == .uint(.max))
                continue
            }
            #expect(try fixture.rows(of: table) == [["1", text], ["2", nil], ["3", text]], "\(index) \(type)")
        }
    }

    /// The declared type that findings recommend holds every value.
    @Test(arguments: types.indices)
    func `the recommended type takes the value`(index: Int) throws {
        let (type, value, text) = Self.types[index]
        let table = Table("t", [("v", type), ("id", .int)])
        let declared = SQLiteStorage.recommendedType(for: type)
        let fixture = try SQLiteSinkFixture("CREATE TABLE t (v \(declared) UNIQUE, id INTEGER)")
        #expect(try fixture.sink.findings(for: [table]) == [])
        try fixture.write(
            RowBatch(table, [.insert([value, 1]), .update([value, 1], [value, 2]), .insert([value, 3])]))
        #expect(try fixture.rows(of: table) == [[text, "3"]])
        #expect(try fixture.write(RowBatch(table, [.delete([value, 3])])) == WriteCounts())
        #expect(try fixture.rows(of: table) == [])
    }

    @Test func `values have the storage class that users expect`() throws {
        let columns: [(String, ColumnType)] = [
            ("i", .int), ("f", .float), ("d", .double), ("b", .blob), ("g", .geometry), ("t", .date),
            ("u", .bit(width: 8)),
        ]
        let table = Table("t", columns)
        let fixture = try SQLiteSinkFixture(
            "CREATE TABLE t (i INTEGER PRIMARY KEY, f REAL, d DOUBLE, b BLOB, g BLOB, t DATE, u BIT(8))")
        #expect(try fixture.sink.findings(for: [table]) == [])
        let row: [SampleValue] = [
            1, .float(0.1), .double(1.5), .bytes([0]), .bytes([0, 0, 0, 0]), .uint(1 << 9 | 1 << 5 | 1), .uint(255),
        ]
        try fixture.write(RowBatch(table, [.insert(row)]))
        let classes = columns.map { "typeof(\($0.0))" }.joined(separator: ", ")
        #expect(
            try fixture.query("SELECT \(classes), f = 0.1 FROM t") == [
                ["integer", "real", "real", "blob", "blob", "text", "integer", "1"]
            ])
    }

    @Test func `odd names are names, and a column that is gone is an error`() throws {
        let table = Table("a \"b`c'", [("i`d", .int), ("select", .varchar), ("x\"y", .varchar)])
        let fixture = try SQLiteSinkFixture(
            "CREATE TABLE \"a \"\"b`c'\" (\"i`d\" INTEGER PRIMARY KEY, \"select\" TEXT, \"x\"\"y\" TEXT)")
        #expect(try fixture.sink.findings(for: [table]) == [])
        try fixture.write(RowBatch(table, [.insert([1, "a", "b"]), .update([1, "a", "b"], [2, "c", "d"])]))
        #expect(try fixture.rows(of: table) == [["2", "c", "d"]])
        let wider = Table("a \"b`c'", [("i`d", .int), ("gone", .varchar)])
        #expect(throws: SinkError.self) { try fixture.rows(of: wider) }
        #expect(try fixture.sink.findings(for: [wider]).first?.contains("ADD COLUMN \"gone\" TEXT") == true)
    }

    @Test func `an unsigned value that does not fit INTEGER is refused by name`() throws {
        let table = Table("t", [("id", .unsignedBigint)])
        let fixture = try SQLiteSinkFixture("CREATE TABLE t (id INTEGER PRIMARY KEY)")
        try fixture.write(RowBatch(table, [.insert([.uint(UInt64(Int64.max))])]))
        let error = #expect(throws: SinkError.self) {
            try fixture.write(RowBatch(table, [.insert([.uint(1 << 63)])]))
        }
        #expect(error?.disposition == .rejected(.invalidValue))
        #expect(error?.message.contains("column id") == true)
        #expect(error?.message.contains("TEXT") == true)
    }

    @Test func `bytes that are no text of their character set are refused by column`() throws {
        let table = Table("t", [("id", .int), ("name", .varchar)])
        let fixture = try SQLiteSinkFixture("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)")
        let error = #expect(throws: SinkError.self) {
            try fixture.write(RowBatch(table, [.insert([1, .bytes([0xFF])])]))
        }
        #expect(error?.disposition == .rejected(.invalidValue))
        #expect(error?.message.contains("column name") == true)
    }

    @Test func `a NULL in a key stops`() throws {
        let table = Table("t", [("id", .varchar), ("v", .int)])
        let fixture = try SQLiteSinkFixture("CREATE TABLE t (id TEXT PRIMARY KEY, v INTEGER)")
        let error = #expect(throws: SinkError.self) { try fixture.write(RowBatch(table, [.insert([nil, 1])])) }
        #expect(error?.disposition == .fatal)
        #expect(try fixture.rows(of: table) == [])
    }

    /// Half of all 32-bit floats have a shortest form; a sample of them over the whole range comes back equal.
    @Test func `a FLOAT is the double of its shortest text and becomes the same FLOAT again`() {
        var random = SeededRandom("FLOAT")
        for _ in 0..<100_000 {
            let value = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
            guard value.isFinite else { continue }
            let wide = SQLiteRow.widened(value)
            #expect(Float(wide) == value)
        }
        #expect(SQLiteRow.widened(0.1) == 0.1)
    }
}
