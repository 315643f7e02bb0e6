import MySQLClient
import Rows
import Testing

@testable import BinlogReader

/// A TABLE_MAP without metadata is completed by a schema that fits, and by no other.
@Suite struct SchemaCompletingTests {
    private static let statement = """
        CREATE TABLE types1 (id INT UNSIGNED PRIMARY KEY, a TINYINT, b SMALLINT UNSIGNED,
        c MEDIUMINT, d BIGINT UNSIGNED, y YEAR, bt BIT(10), f FLOAT, g DOUBLE, dc DECIMAL(10,2), c1 CHAR(10),
        v1 VARCHAR(300) CHARACTER SET latin1, b1 BINARY(16), vb VARBINARY(5), t TEXT, bl LONGBLOB,
        e ENUM('é','b') CHARACTER SET latin1, s SET('x','y'), g1 POINT, u UUID, i4 INET4, i6 INET6, j JSON,
        dt DATETIME(3), tm TIME(6), ts TIMESTAMP(1) NULL, da DATE) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci
        """

    private let full: TableMapEvent
    private let name: TableMapEvent.Name
    private let schema: TableSchema

    init() throws {
        (name, full) = try Self.read(TableMapTests.mariaDB)
        var catalogue = SchemaCatalogue(version: ServerVersion("10.11.14-MariaDB"))
        try catalogue.apply(Array(Self.statement.utf8), in: StatementContext(database: "exp"))
        schema = try #require(catalogue[SourceServer.TableName(database: "exp", name: "types1")])
    }

    private static func read(_ body: [UInt8]) throws -> (TableMapEvent.Name, TableMapEvent) {
        var cursor = ByteCursor(body.span.bytes)
        _ = try TableMapEvent.readTableID(from: &cursor, postHeaderLength: 8)
        return (try TableMapEvent.Name(from: &cursor), try TableMapEvent(from: &cursor))
    }

    private func table(_ event: TableMapEvent) throws -> Table {
        try TableLayout(name: name, event: event, isMariaDB: true, hints: TableHints(schema).columns).table
    }

    /// What is left of the metadata with `binlog_row_metadata = MINIMAL`.
    private func reduced(isMinimal: Bool) -> TableMapEvent {
        var event = full
        event.optional = OptionalMetadata()
        guard isMinimal else { return event }
        event.optional.signedness = full.optional.signedness
        event.optional.collations = full.optional.collations
        event.optional.labelCollations = full.optional.labelCollations
        return event
    }

    private func mismatch(_ schema: TableSchema, _ event: TableMapEvent) -> Int? {
        do throws(TableFault) {
            _ = try schema.completing(event, isMariaDB: true)
            return nil
        } catch {
            guard case .schemaMismatch(let column, _, _) = error.cause else { return -1 }
            return column
        }
    }

    @Test(arguments: [false, true])
    func `the completed table is that of full metadata`(isMinimal: Bool) throws {
        let completed = try table(try schema.completing(reduced(isMinimal: isMinimal), isMariaDB: true))
        let told = try table(full)
        #expect(completed.columns == told.columns)
        #expect(completed.primaryKey == told.primaryKey)
        #expect(completed.metadata == .full)
    }

    @Test func `a schema that differs in one column is refused with its number`() throws {
        let event = reduced(isMinimal: false)
        for index in schema.columns.indices {
            var other = schema
            other.columns[index].isNullable.toggle()
            #expect(mismatch(other, event) == index + 1)
            other = schema
            other.columns.remove(at: index)
            #expect(mismatch(other, event) == 0)
            other = schema
            let keyword = schema.columns[index].declared.keyword
            other.columns[index].declared = DeclaredType(keyword == .int ? .bigint : .int)
            other.columns[index].collation = nil
            #expect(mismatch(other, event) == index + 1)
            guard let length = schema.columns[index].declared.length else { continue }
            other = schema
            other.columns[index].declared.length = length - 1
            #expect(mismatch(other, event) == index + 1)
        }
    }

    @Test func `minimal metadata tell signs and character sets, which must agree`() throws {
        let event = reduced(isMinimal: true)
        for (name, change) in [
            ("a", { $0.declared.isUnsigned = true }), ("d", { $0.declared.isUnsigned = false }),
            ("v1", { $0.collation = Collation(name: "latin2_general_ci") }),
            ("t", { $0.collation = Collation(id: 46) }),
            ("e", { $0.collation = Collation(name: "latin2_general_ci") }),
        ] as [(String, (inout SchemaColumn) -> Void)] {
            var other = schema
            let index = try #require(schema.index(of: name))
            change(&other.columns[index])
            #expect(mismatch(other, event) == index + 1, "\(name)")
            #expect(mismatch(other, reduced(isMinimal: false)) == nil, "\(name)")
        }
    }
}
