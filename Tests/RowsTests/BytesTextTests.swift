import Foundation
import Rows
import Testing

/// Binary values, labels, JSON documents, geometries, addresses, and cells that do not fit their type.
@Suite struct BytesTextTests {
    @Test func `BINARY is filled up with zeros, VARBINARY and BLOB are not`() throws {
        #expect(try Sample.bytes([1, 2]).plain(.binary(length: 4)) == [1, 2, 0, 0])
        #expect(try Sample.bytes([]).plain(.binary(length: 2)) == [0, 0])
        #expect(try Sample.bytes([1, 2]).plain(.binary(length: 2)) == [1, 2])
        #expect(try Sample.bytes([0xFF, 0]).plain(.blob) == [0xFF, 0])
        #expect(try json(.bytes([1, 2]), .binary(length: 4)) == "\"AQIAAA==\"")
        #expect(try json(.bytes([1, 2]), .binary(length: 2)) == "\"AQI=\"")
        #expect(throws: ValueError.wrongLength(expected: 1, actual: 2)) {
            try Sample.bytes([1, 2]).plain(.binary(length: 1))
        }
        #expect(throws: ValueError.wrongLength(expected: 1, actual: 2)) {
            try Sample.bytes([1, 2]).json(.binary(length: 1))
        }
    }

    // RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `JSON carries binary values as base64`(text: String, expected: String) throws {
        #expect(try json(.text(text), .blob) == "\"\(expected)\"")
    }

    @Test func `base64 has all its digits`() throws {
        #expect(try json(.bytes([0xFB, 0xEF, 0xBE, 0xFF, 0xFF, 0xFF]), .blob) == "\"++++////\"")
    }

    @Test func `base64 of any length and any bytes is Foundation's`() throws {
        for length in 0..<70 {
            for start in stride(from: 0, to: 256, by: 5) {
                let bytes = (0..<length).map { UInt8(truncatingIfNeeded: start + $0 * 37) }
                #expect(try json(.bytes(bytes), .blob) == "\"\(Data(bytes).base64EncodedString())\"")
            }
        }
    }

    @Test func `strings are escaped as JSON.stringify does`() throws {
        let text = "q\"b\\/\u{08}\u{09}\n\u{0C}\r\u{00}\u{1F}\u{7F}é\u{2028}😀"
        #expect(try plain(.text(text), .text(.utf8mb4)) == text)
        #expect(
            try json(.text(text), .text(.utf8mb4))
                == #""q\"b\\/\b\t\n\f\r\u0000\u001f"# + "\u{7F}é\u{2028}😀\"")
        // latin1: converted first, then escaped
        let latin1 = Collation(id: 8)
        #expect(try json(.bytes([0xE9, 0x22, 0xE9, 0x0A]), .text(latin1)) == #""é\"é\n""#)
        #expect(try json(.bytes([0xE9]), .text(latin1)) == "\"é\"")
    }

    @Test func `an escape is found wherever it stands`() throws {
        for length in 0..<40 {
            for place in 0..<max(length, 1) where place < length {
                for (byte, escape) in [(UInt8(0x22), "\\\""), (0x5C, "\\\\"), (0x1F, "\\u001f"), (0, "\\u0000")] {
                    var bytes = [UInt8](repeating: 0x7F, count: length)
                    bytes[place] = byte
                    let expected =
                        String(repeating: "\u{7F}", count: place) + escape
                        + String(repeating: "\u{7F}", count: length - place - 1)
                    #expect(try json(.bytes(bytes), .text(.utf8mb4)) == "\"\(expected)\"")
                }
            }
            let plainText = String(repeating: "é ~!#[]", count: length)
            #expect(try json(.text(plainText), .text(.utf8mb4)) == "\"\(plainText)\"")
        }
    }

    @Test func `ENUM and SET print their labels`() throws {
        let labels = ["new", "a\"b", "é"]
        #expect(try plain(.uint(1), .enumeration(labels: labels)) == "new")
        #expect(try json(.uint(2), .enumeration(labels: labels)) == #""a\"b""#)
        #expect(try json(.uint(3), .enumeration(labels: labels)) == "\"é\"")
        #expect(try json(.uint(0), .enumeration(labels: labels)) == "\"\"")
        #expect(try plain(.uint(0), .set(labels: labels)).isEmpty)
        #expect(try plain(.uint(0b101), .set(labels: labels)) == "new,é")
        #expect(try json(.uint(0b111), .set(labels: labels)) == #""new,a\"b,é""#)
        // A log that does not tell the labels.
        #expect(try json(.uint(3), .enumeration(labels: [])) == "3")
        #expect(try json(.uint(0), .set(labels: [])) == "0")
        #expect(try plain(.uint(5), .set(labels: [])) == "5")
        let many = (0..<64).map { "l\($0)" }
        #expect(try plain(.uint(.max), .set(labels: many)) == many.joined(separator: ","))
        #expect(try plain(.uint(1 << 63), .set(labels: many)) == "l63")
    }

    @Test func `label numbers out of range are errors`() {
        let labels = ["a", "b"]
        for index: UInt64 in [3, .max] {
            #expect(throws: ValueError.labelOutOfRange(labelCount: 2)) {
                try plain(.uint(index), .enumeration(labels: labels))
            }
        }
        for bits: UInt64 in [4, .max] {
            #expect(throws: ValueError.labelOutOfRange(labelCount: 2)) { try json(.uint(bits), .set(labels: labels)) }
        }
    }

    @Test(arguments: [
        "{}", "[]", "null", "true", "false", "0", "-0", "10", "-1.5e+10", "1E5", "\"\"", #""\u00e9\"\\\/\b\f\n\r\t""#,
        #"{"a": 1, "b": [1, 2, {"c": null}], "é": "x"}"#, " [ 1 ,\t2 ] ", #""\ud800""#, "12345678901234567890.10",
    ])
    func `a JSON document is embedded as it was written`(text: String) throws {
        #expect(try plain(.text(text), .json) == text)
        #expect(try json(.text(text), .json) == text)
    }

    @Test func `line breaks between a document's tokens become spaces`() throws {
        #expect(try json(.text("{\n\"a\":\r\n1\n}\n"), .json) == "{ \"a\":  1 } ")
        #expect(try plain(.text("{\n}"), .json) == "{\n}")
    }

    @Test(arguments: [
        "", " ", "{", "}", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "01", "1.", ".5", "+1", "-",
        "1e", "1e+",
        "tru", "truex", "True", "nul", "\"", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "'a'", "1 2", "[1]]",
        "\"a\nb\"",
        "\"a\tb\"", "NaN",
    ])
    func `text that is not JSON becomes a string`(text: String) throws {
        let output = try json(.text(text), .json)
        #expect(output.hasPrefix("\"") && output.hasSuffix("\"") && output.count >= text.count + 2)
        #expect(try json(.text(text), .text(.utf8mb4)) == output)
        #expect(try plain(.text(text), .json) == text)
    }

    @Test func `documents nested too deep become strings, without a trap`() throws {
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        #expect(try json(.text(deep), .json).hasPrefix("\"["))
        let flat = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
        #expect(try json(.text(flat), .json) == flat)
    }

    @Test func `a geometry is its SRID and WKB`() throws {
        // ST_GeomFromText('POINT(1 2)', 4326)
        let point = hex("E6100000 01 01000000 000000000000F03F 0000000000000040")
        #expect(try Sample.bytes(point).plain(.geometry) == point)
        #expect(
            try json(.bytes(point), .geometry) == #"{"srid":4326,"wkb":"AQEAAAAAAAAAAADwPwAAAAAAAABA"}"#)
        #expect(try json(.bytes(hex("FFFFFFFF")), .geometry) == #"{"srid":4294967295,"wkb":""}"#)
        #expect(try json(.bytes([]), .geometry) == "null")
        #expect(try Sample.bytes([]).plain(.geometry).isEmpty)
        for length in 1..<4 {
            let short = Sample.bytes([UInt8](repeating: 0, count: length))
            #expect(throws: ValueError.malformedGeometry) { try short.plain(.geometry) }
            #expect(throws: ValueError.malformedGeometry) { try short.json(.geometry) }
        }
    }

    @Test func `cells that do not fit their type are errors`() {
        let types: [ColumnType] = [
            .integer(byteCount: 4, unsigned: false), .decimal(precision: 5, scale: 2), .float, .double, .bit(width: 3),
            .year,
            .date, .time(fractionDigits: 0), .dateTime(fractionDigits: 0), .timestamp(fractionDigits: 0),
            .text(.utf8mb4), .binary(length: 2), .blob, .enumeration(labels: ["a"]), .set(labels: ["a"]), .json,
            .geometry, .uuid, .inet4, .inet6,
        ]
        let samples: [Sample] = [.int(1), .uint(1), Sample(cell: .float(1)), Sample(cell: .double(1)), .bytes([1])]
        for type in types {
            var fitting = 0
            for sample in samples {
                do throws(ValueError) {
                    _ = try sample.plain(type)
                    _ = try sample.json(type)
                    fitting += 1
                } catch {
                    switch error {
                    case .mismatchedCell, .wrongLength, .malformedGeometry: break
                    default: Issue.record("\(type): \(error)")
                    }
                }
            }
            #expect(fitting <= (type == .integer(byteCount: 4, unsigned: false) ? 2 : 1), "\(type)")
            #expect(throws: ValueError.noValue) { try Sample(cell: .null).plain(type) }
            #expect(throws: ValueError.noValue) { try Sample(cell: .absent).plain(type) }
            #expect(throws: ValueError.noValue) { try Sample(cell: .absent).json(type) }
            #expect(throws: Never.self) { try #expect(json(Sample(cell: .null), type) == "null") }
        }
    }

    @Test(arguments: [(UInt32(0), UInt32(5)), (4, 1), (.max, .max), (0, .max)])
    func `a cell that names bytes outside its batch is an error`(start: UInt32, count: UInt32) {
        let range = ByteRange(start: start, count: count)
        for cell in [Cell.bytes(range), .computed(range)] {
            #expect(throws: ValueError.mismatchedCell) { try Sample(cell: cell, bytes: [1, 2, 3, 4]).plain(.blob) }
            #expect(throws: ValueError.mismatchedCell) { try Sample(cell: cell, bytes: [1, 2, 3, 4]).json(.blob) }
        }
    }
}
