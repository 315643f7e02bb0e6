import Rows
import TestSupport
import Testing

@testable import Sinks

struct ForeignKeyGroupsTests {
    private static let schema = """
        CREATE TABLE Parent (id INTEGER PRIMARY KEY);
        CREATE TABLE child (id INTEGER PRIMARY KEY, p INTEGER REFERENCES parent);
        CREATE TABLE "a bridge" (id INTEGER PRIMARY KEY, c INTEGER REFERENCES CHILD, o INTEGER REFERENCES outer_1 (id));
        CREATE TABLE outer_1 (id INTEGER PRIMARY KEY);
        CREATE TABLE tree (id INTEGER PRIMARY KEY, up INTEGER REFERENCES tree);
        CREATE TABLE alone (id INTEGER PRIMARY KEY);
        """
    private static let names = ["parent", "CHILD", "outer_1", "tree", "alone", "missing"]

    private func groups(_ names: [String], options: [String: String] = [:]) throws -> [String?] {
        let fixture = try SQLiteSinkFixture(Self.schema, options: options)
        return try withExtendedLifetime(fixture) {
            try fixture.sink.foreignKeyGroups(of: names.map { Table($0, [("id", .int)]) })
        }
    }

    @Test func `tables hang together through tables that nobody asks about`() throws {
        #expect(try groups(Self.names) == ["a bridge", "a bridge", "a bridge", nil, nil, nil])
    }

    @Test func `a group has the same name whoever asks`() throws {
        for name in Self.names.prefix(3) { #expect(try groups([name]) == ["a bridge"]) }
    }

    @Test func `foreign keys that are not enforced tie nothing`() throws {
        #expect(try groups(Self.names, options: ["foreign-keys": "ignore"]) == Array(repeating: nil, count: 6))
    }

    @Test func `groups are the same in whichever order their keys come`() {
        let keys = [("b", "c"), ("d", "e"), ("e", "b"), ("c", "d"), ("x", "y"), ("z", "z")]
        for rotation in keys.indices {
            var groups = ForeignKeyGroups()
            for (child, parent) in keys[rotation...] + keys[..<rotation] { groups.tie(child, parent) }
            #expect(["b", "c", "d", "e"].allSatisfy { groups.name(of: $0) == "b" })
            #expect(groups.name(of: "y") == "x")
            #expect(groups.name(of: "z") == nil)
        }
    }
}
