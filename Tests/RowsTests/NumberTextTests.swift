import Rows
import TestSupport
import Testing

@Suite struct NumberTextTests {
    @Test(arguments: [
        (Int64.min, "-9223372036854775808"), (-1, "-1"), (0, "0"), (7, "7"), (10, "10"),
        (Int64.max, "9223372036854775807"),
    ])
    func `signed integers print all their digits`(value: Int64, expected: String) throws {
        let type = ColumnType.integer(byteCount: 8, unsigned: false)
        #expect(try plain(.int(value), type) == expected)
        #expect(try json(.int(value), type) == expected)
    }

    @Test func `unsigned integers, BIT and YEAR are numbers up to 64 bits`() throws {
        let most = Sample.uint(.max)
        #expect(try json(most, .integer(byteCount: 8, unsigned: true)) == "18446744073709551615")
        #expect(try plain(most, .bit(width: 64)) == "18446744073709551615")
        #expect(try json(most, .bit(width: 64)) == "18446744073709551615")
        #expect(try plain(.uint(2155), .year) == "2155")
        #expect(try plain(.uint(0), .year) == "0")
        #expect(try json(.uint(0), .year) == "0")
    }

    @Test func `every count of digits prints as Swift prints it`() throws {
        var random = SeededRandom("integers")
        var power: UInt64 = 1
        for digits in 1...20 {
            let edges = [power - 1, power, power + 1]
            for value in edges + (0..<50).map({ _ in UInt64.random(in: 0...power, using: &random) }) {
                #expect(try plain(.uint(value), .integer(byteCount: 8, unsigned: true)) == "\(value)")
                let signed = Int64(bitPattern: value)
                #expect(try plain(.int(signed), .integer(byteCount: 8, unsigned: false)) == "\(signed)")
            }
            if digits < 20 { power *= 10 }
        }
    }

    // Oracle: String(x) in ECMAScript.
    @Test(arguments: [
        ("0.0", "0"), ("-0.0", "0"), ("1.0", "1"), ("-1.5", "-1.5"), ("0.1", "0.1"),
        ("0.30000000000000004", "0.30000000000000004"), ("100", "100"), ("123456789.125", "123456789.125"),
        ("9007199254740991", "9007199254740991"), ("9007199254740993", "9007199254740992"),
        ("1e15", "1000000000000000"), ("1e20", "100000000000000000000"),
        ("123456789012345678901", "123456789012345680000"), ("1e21", "1e+21"), ("1.5e21", "1.5e+21"),
        ("1.7976931348623157e308", "1.7976931348623157e+308"), ("5e-324", "5e-324"),
        ("2.2250738585072014e-308", "2.2250738585072014e-308"), ("1e-6", "0.000001"), ("1.25e-6", "0.00000125"),
        ("1e-7", "1e-7"), ("-1.25e-7", "-1.25e-7"), ("0.001", "0.001"), ("4.35", "4.35"), ("19.99", "19.99"),
        ("-273.15", "-273.15"),
    ])
    func `doubles print as ECMAScript prints them`(literal: String, expected: String) throws {
        let value = try #require(Double(literal))
        #expect(try plain(Sample(cell: .double(value)), .double) == expected)
        #expect(try json(Sample(cell: .double(value)), .double) == expected)
    }

    @Test(arguments: [
        ("0.1", "0.1"), ("1.1", "1.1"), ("16777216", "16777216"), ("16777217", "16777216"), ("3.4e38", "3.4e+38"),
        ("3.4028235e38", "3.4028235e+38"), ("1e-45", "1e-45"), ("1.17549435e-38", "1.1754944e-38"), ("-0.0", "0"),
        ("8388608.5", "8388608"), ("0.3", "0.3"), ("1e10", "10000000000"), ("33554432", "33554432"),
        ("2147483648", "2147483600"),
    ])
    func `floats print the fewest digits that tell them from other floats`(literal: String, expected: String) throws {
        let value = try #require(Float(literal))
        #expect(try plain(Sample(cell: .float(value)), .float) == expected)
        #expect(try json(Sample(cell: .float(value)), .float) == expected)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `what is not finite is an error`(value: Double) {
        #expect(throws: ValueError.notFinite) { try plain(Sample(cell: .double(value)), .double) }
        #expect(throws: ValueError.notFinite) { try plain(Sample(cell: .float(Float(value))), .float) }
    }

    @Test func `every printed double reads back equal`() throws {
        var state: UInt64 = 0x2545_F491_4F6C_DD1D
        for _ in 0..<20_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Double(bitPattern: state)
            if !value.isFinite { continue }
            #expect(Double(try plain(Sample(cell: .double(value)), .double)) == value)
            let float = Float(bitPattern: UInt32(truncatingIfNeeded: state >> 32))
            if !float.isFinite { continue }
            #expect(Float(try plain(Sample(cell: .float(float)), .float)) == float)
        }
    }

    @Test func `every sum of cents reads back equal and short`() throws {
        for cents in 0..<20_000 {
            let text = try plain(Sample(cell: .double(Double(cents) / 100)), .double)
            #expect(Double(text) == Double(cents) / 100)
            #expect(text.count <= 6)
        }
    }

    // Swift prints most of them plain too, and all with the fewest digits.
    @Test(arguments: 1...17)
    func `doubles of any number of digits print as Swift prints them`(digits: Int) throws {
        var random = SeededRandom("doubles")
        let most = (0..<digits).reduce(UInt64(1)) { power, _ in power * 10 }
        for _ in 0..<500 {
            let number = UInt64.random(in: most / 10..<most, using: &random)
            let scale = Int.random(in: 1...(digits + 3), using: &random)
            let value = try #require(Double("-\(number)e-\(scale)"))
            for value in [value, value.nextUp, value.nextDown] {
                var expected = value.description
                if expected.contains("e") { continue }
                if expected.hasSuffix(".0") { expected.removeLast(2) }
                #expect(try plain(Sample(cell: .double(value)), .double) == expected)
            }
        }
    }

    @Test func `doubles at the edges of 15 digits read back equal and print as Swift prints them`() throws {
        for exponent in -5...15 {
            for literal in ["9.99999999999999", "9.999999999999995", "9.999999999999999", "1", "1.00000000000001"] {
                let value = try #require(Double("\(literal)e\(exponent)"))
                for value in [value, value.nextUp, value.nextDown] {
                    let text = try plain(Sample(cell: .double(value)), .double)
                    #expect(Double(text) == value)
                    #expect(text.filter(\.isNumber).drop { $0 == "0" }.count <= 17)
                    if value.description.contains("e") { continue }
                    #expect(text == (value.description.hasSuffix(".0") ? "\(Int(value))" : value.description))
                }
            }
        }
    }
}
