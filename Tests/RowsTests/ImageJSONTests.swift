import Rows
import Testing

@Suite struct ImageJSONTests {
    private static let columns = [
        Column(name: "id", type: .integer(byteCount: 4, unsigned: true), isNullable: false),
        Column(name: "say \"hi\"", type: .text(.utf8mb4), isNullable: true),
        Column(name: "state", type: .enumeration(labels: ["new", "a\"b"]), isNullable: true),
        Column(name: "flags", type: .set(labels: ["x", "y\\", "z"]), isNullable: true),
        Column(name: "data", type: .blob, isNullable: true),
        Column(name: "amount", type: .decimal(precision: 4, scale: 2), isNullable: true),
    ]

    private let batch: RowBatch
    private let json: ImageJSON

    init() {
        let table = Table(database: "d", name: "t", columns: Self.columns, primaryKey: [0])
        let origin = Origin(
            position: BinlogPosition(file: "binlog.000001", offset: 4), gtid: nil, commitMicroseconds: 0)
        var batch = RowBatch(table: table, origin: origin)
        batch.bytes = Array("plain, é\n".utf8) + [0x80 + 12, 50]
        batch.cells = [
            .uint(7), .bytes(ByteRange(start: 0, count: 5)), .uint(2), .uint(6), .bytes(ByteRange(start: 5, count: 2)),
            .bytes(ByteRange(start: 10, count: 2)),
            .absent, .bytes(ByteRange(start: 5, count: 5)), .uint(0), .uint(0), .null, .null,
            .absent, .absent, .absent, .absent, .absent, .absent,
            .uint(1), .null, .uint(3), .uint(8), .bytes(ByteRange(start: 11, count: 2)), .double(1),
        ]
        self.batch = batch
        json = ImageJSON(table)
    }

    private func text(imageAt image: Int32, of batch: RowBatch? = nil) throws -> String? {
        var output: [UInt8] = []
        try json.append(imageAt: image, of: batch ?? self.batch, to: &output)
        return String(validating: output, as: UTF8.self)
    }

    @Test func `a whole image prints each column as its type says`() throws {
        #expect(
            try text(imageAt: 0)
                == #"{"id":7,"say \"hi\"":"plain","state":"a\"b","flags":"y\\,z","data":"LCA=","amount":"12.50"}"#)
    }

    @Test func `absent columns are left out, NULL and empty labels are not`() throws {
        #expect(
            try text(imageAt: 6)
                == #"{"say \"hi\"":", é\n","state":"","flags":"","data":null,"amount":null}"#)
        #expect(try text(imageAt: 12) == "{}")
        #expect(try text(imageAt: -1) == "null")
    }

    @Test func `columns lie where a projection says`() throws {
        var batch = batch
        batch.projection = [0, 1, 2, 3, 5, 5]
        batch.cells[5] = .null
        #expect(
            try text(imageAt: 0, of: batch)
                == #"{"id":7,"say \"hi\"":"plain","state":"a\"b","flags":"y\\,z","data":null,"amount":null}"#)
    }

    @Test(arguments: [
        (2, ValueError.labelOutOfRange(labelCount: 2)), (3, .labelOutOfRange(labelCount: 3)), (4, .mismatchedCell),
        (5, .mismatchedCell),
    ])
    func `a value without a text is an error that names its column`(column: Int, reason: ValueError) throws {
        var batch = batch
        for earlier in 18..<(18 + column) { batch.cells[earlier] = .null }
        #expect(throws: ImageError(reason: reason, column: column)) { try text(imageAt: 18, of: batch) }
    }

    @Test func `labels that nobody told are numbers`() throws {
        let columns = [ColumnType.enumeration(labels: []), .set(labels: [])].map { type in
            Column(name: "c", type: type, isNullable: true)
        }
        let table = Table(database: "d", name: "t", columns: columns, primaryKey: [])
        var batch = RowBatch(table: table, origin: batch.origin)
        batch.cells = [.uint(3), .uint(0)]
        var output: [UInt8] = []
        try ImageJSON(table).append(imageAt: 0, of: batch, to: &output)
        #expect(output == Array(#"{"c":3,"c":0}"#.utf8))
    }

    // The two ways to print a value must agree: with what is kept of a table, and without.
    @Test func `images print values as appendJSON does`() throws {
        for image in [Int32(0), 6] {
            var values: [String] = []
            for (index, column) in Self.columns.enumerated() {
                let cell = batch.cell(index, at: image)
                if case .absent = cell { continue }
                var output: [UInt8] = []
                JSONText.appendString(column.name, to: &output)
                output.append(UInt8(ascii: ":"))
                try ValueText.appendJSON(cell, of: column.type, in: batch, to: &output)
                values.append(try #require(String(validating: output, as: UTF8.self)))
            }
            #expect(try text(imageAt: image) == "{\(values.joined(separator: ","))}")
        }
    }

    @Test func `names of any length are copied whole`() throws {
        let names = (0...40).map { count in String((0..<count).map { Character(Unicode.Scalar(UInt8(97 + $0 % 26))) }) }
        let columns = names.map { Column(name: $0, type: .integer(byteCount: 4, unsigned: true), isNullable: true) }
        var batch = RowBatch(
            table: Table(database: "d", name: "t", columns: columns, primaryKey: []), origin: batch.origin)
        batch.cells = ContiguousArray(repeating: .uint(5), count: names.count)
        var output: [UInt8] = []
        try ImageJSON(batch.table).append(imageAt: 0, of: batch, to: &output)
        let expected = "{" + names.map { "\"\($0)\":5" }.joined(separator: ",") + "}"
        #expect(String(decoding: output, as: UTF8.self) == expected)
    }
}
