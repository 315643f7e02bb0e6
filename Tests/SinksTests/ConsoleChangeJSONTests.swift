import Rows
import Testing

@testable import Sinks

@Suite struct ConsoleChangeJSONTests {
    private func lines(_ batch: RowBatch) throws -> String {
        var json = ChangeJSON()
        var output: [UInt8] = []
        try json.append(batch, to: &output)
        return try #require(String(validating: output, as: UTF8.self))
    }

    private let orders = Table("orders", [("id", .int), ("customer", .varchar), ("photo", .blob)])

    @Test func `an insert has its keys in order, and no image before`() throws {
        var batch = RowBatch(orders, at: 1234, [.insert([1, "Ada", .bytes([0xFF, 0x00])])])
        batch.origin.gtid = "0-1-100"
        batch.origin.commitMicroseconds = 1_709_251_199_000_000
        #expect(
            try lines(batch) == #"{"op":"insert","database":"shop","table":"orders","before":null,"#
                + #""after":{"id":1,"customer":"Ada","photo":"/wA="},"commit_time":"2024-02-29T23:59:59Z","#
                + #""file":"binlog.000001","offset":1234,"row":0,"gtid":"0-1-100"}"# + "\n")
    }

    @Test func `updates and deletes have their images, and each row its index`() throws {
        let batch = RowBatch(orders, [.update([1, "a", nil], [1, "b", nil]), .delete([2, "c", nil])])
        #expect(
            try lines(batch) == #"{"op":"update","database":"shop","table":"orders","#
                + #""before":{"id":1,"customer":"a","photo":null},"after":{"id":1,"customer":"b","photo":null},"#
                + #""commit_time":"1970-01-01T00:00:00Z","file":"binlog.000001","offset":4,"row":0,"gtid":null}"# + "\n"
                + #"{"op":"delete","database":"shop","table":"orders","#
                + #""before":{"id":2,"customer":"c","photo":null},"after":null,"#
                + #""commit_time":"1970-01-01T00:00:00Z","file":"binlog.000001","offset":4,"row":1,"gtid":null}"# + "\n"
        )
    }

    @Test func `absent columns are left out, the first one too`() throws {
        let batch = RowBatch(orders, [.update([.absent, "a", .absent], [.absent, .absent, .absent])])
        #expect(try lines(batch).contains(#""before":{"customer":"a"},"after":{},"#))
    }

    @Test func `names are escaped`() throws {
        let table = Table("a\"b", [("c\\d\n", .int), ("é", .int)], database: "x\ty")
        #expect(
            try lines(RowBatch(table, [.insert([1, 2])]))
                .hasPrefix(
                    #"{"op":"insert","database":"x\ty","table":"a\"b","before":null,"after":{"c\\d\n":1,"é":2},"#))
    }

    @Test func `a line break in a value does not break the line`() throws {
        let table = Table("t", [("text", .varchar), ("json", .json)])
        let output = try lines(RowBatch(table, [.insert(["a\nb\r", "[1,\r\n2]"])]))
        #expect(output.filter(\.isNewline) == "\n")
        #expect(output.contains(#""text":"a\nb\r","json":[1,  2]"#))
    }

    @Test func `a projection picks and reorders`() throws {
        var batch = RowBatch(orders, [.insert([1, "Ada", "x"])])
        batch.table = Table("renamed", [("who", .varchar), ("number", .int)])
        batch.projection = [1, 0]
        #expect(try lines(batch).contains(#""table":"renamed","before":null,"after":{"who":"Ada","number":1},"#))
    }

    @Test func `more tables than are kept still get their own names`() throws {
        var json = ChangeJSON()
        for round in 0..<2 {
            for number in 0..<100 {
                let table = Table("t\(number)", [("c\(number)", .int)])
                var output: [UInt8] = []
                try json.append(RowBatch(table, [.insert([1])]), to: &output)
                let text = String(validating: output, as: UTF8.self) ?? ""
                #expect(
                    text.contains("\"table\":\"t\(number)\",\"before\":null,\"after\":{\"c\(number)\":1}"), "\(round)")
            }
        }
    }

    @Test func `position and commit time follow the batch`() throws {
        var json = ChangeJSON()
        var output: [UInt8] = []
        try json.append(RowBatch(orders, at: 4, [.delete([1, nil, nil])]), to: &output)
        try json.append(RowBatch(orders, at: 5_000_000_000, [.delete([1, nil, nil])]), to: &output)
        let text = try #require(String(validating: output, as: UTF8.self))
        #expect(text.contains("\"offset\":4,") && text.contains("\"offset\":5000000000,"))
    }

    @Test func `a value without text is an error that names the place and leaves whole lines`() throws {
        let batch = RowBatch(orders, at: 99, [.insert([1, "good", nil]), .insert([2, .bytes([0x41, 0xC3]), nil])])
        var json = ChangeJSON()
        var output: [UInt8] = []
        let error = #expect(throws: SinkError.self) { try json.append(batch, to: &output) }
        #expect(error?.disposition == .rejected(.invalidValue))
        #expect(
            error?.message
                == "shop.orders at binlog.000001:99, row 1: column customer: bytes at offset 1 are not valid UTF-8")
        #expect(error?.table == "shop.orders")
        let text = try #require(String(validating: output, as: UTF8.self))
        #expect(text.hasSuffix("\"gtid\":null}\n") && text.contains("good") && !text.contains("\"id\":2"))
    }

    @Test func `a value of the wrong kind stops the pipeline`() throws {
        let error = #expect(throws: SinkError.self) { try lines(RowBatch(orders, [.insert([.bytes([]), nil, nil])])) }
        #expect(error?.disposition == .fatal)
    }
}
