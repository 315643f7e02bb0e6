import Rows
import Testing

@Suite struct DecimalTextTests {
    // The examples of decimal2bin (strings/decimal.c), and rows of a MariaDB 10.11 binary log.
    @Test(arguments: [
        ("810DFB38D204D2", 14, 4, "1234567890.1234"), ("7EF204C72DFB2D", 14, 4, "-1234567890.1234"),
        ("80000001", 9, 0, "1"), ("800000", 5, 2, "0.00"), ("800132", 5, 2, "1.50"), ("7FFEE8", 5, 2, "-1.23"),
        ("80", 1, 0, "0"), ("89", 1, 0, "9"), ("76", 1, 0, "-9"), ("B2", 2, 2, "0.50"), ("8003E763", 7, 2, "999.99"),
    ])
    func `decimals print all their digits`(bytes: String, precision: UInt8, scale: UInt8, expected: String) throws {
        let type = ColumnType.decimal(precision: precision, scale: scale)
        #expect(try plain(.bytes(hex(bytes)), type) == expected)
        #expect(try json(.bytes(hex(bytes)), type) == "\"\(expected)\"")
    }

    @Test func `every precision and scale prints what was packed`() throws {
        for precision in 1...65 {
            for scale in 0...min(precision, 38) {
                let digits = (0..<precision).map { String(($0 + 1) % 10) }.joined()
                let (whole, fraction) = (digits.prefix(precision - scale), digits.suffix(scale))
                let number = (whole.isEmpty ? "0" : String(whole)) + (scale > 0 ? "." + fraction : "")
                let type = ColumnType.decimal(precision: UInt8(precision), scale: UInt8(scale))
                for text in [number, "-" + number] {
                    #expect(try plain(.bytes(pack(text, precision: precision, scale: scale)), type) == text)
                }
                let nines = String(repeating: "9", count: precision)
                let most =
                    (scale == precision ? "0" : nines.prefix(precision - scale))
                    + (scale > 0 ? "." + nines.suffix(scale) : "")
                #expect(try plain(.bytes(pack("-" + most, precision: precision, scale: scale)), type) == "-" + most)
            }
        }
    }

    @Test func `zeros in front are not printed, and zero has no sign`() throws {
        let type = ColumnType.decimal(precision: 30, scale: 10)
        for text in ["1.0000000000", "0.0000000001", "-0.0000000001", "1000000000.0000000000", "0.0000000000"] {
            #expect(try plain(.bytes(pack(text, precision: 30, scale: 10)), type) == text)
        }
        let minusZero = pack("-0.0000000000", precision: 30, scale: 10)
        #expect(try plain(.bytes(minusZero), type) == "0.0000000000")
    }

    @Test func `a length that does not fit is an error`() {
        for length in [0, 1, 2, 4, 40] {
            #expect(throws: ValueError.wrongLength(expected: 3, actual: length)) {
                try plain(.bytes([UInt8](repeating: 0x80, count: length)), .decimal(precision: 5, scale: 2))
            }
        }
    }

    @Test(arguments: [(0, 0), (66, 0), (5, 6), (65, 39), (255, 255), (0, 1)])
    func `a precision or scale that cannot be is an error`(precision: UInt8, scale: UInt8) {
        #expect(throws: ValueError.malformedDecimal) {
            try plain(.bytes([0x80, 0, 0]), .decimal(precision: precision, scale: scale))
        }
    }

    @Test(arguments: [
        ("FFFFFFFF", 9, 0), ("8003E8", 3, 0), ("8A", 1, 0), ("80000064", 7, 2), ("800000003B9ACA00", 18, 0),
    ])
    func `a group of digits too large for its place is an error`(bytes: String, precision: UInt8, scale: UInt8) {
        #expect(throws: ValueError.self) {
            try plain(.bytes(hex(bytes)), .decimal(precision: precision, scale: scale))
        }
    }

    @Test func `random bytes print or throw`() throws {
        var state: UInt64 = 42
        for _ in 0..<20_000 {
            var bytes: [UInt8] = []
            for _ in 0..<7 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes.append(UInt8(truncatingIfNeeded: state >> 33))
            }
            guard let text = try? plain(.bytes(bytes), .decimal(precision: 14, scale: 4)) else { continue }
            #expect(pack(text, precision: 14, scale: 4) == bytes)
        }
    }

    /// The server's packing, written the slow way.
    private func pack(_ text: String, precision: Int, scale: Int) -> [UInt8] {
        let isNegative = text.hasPrefix("-")
        let parts = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
        var whole = parts[0].drop { $0 == "0" }.map(\.self)
        while whole.count < precision - scale { whole.insert("0", at: 0) }
        var fraction = parts.count > 1 ? parts[1].map(\.self) : []
        while fraction.count < scale { fraction.append("0") }
        var groups = [Array(whole.prefix(whole.count % 9))]
        whole.removeFirst(whole.count % 9)
        for start in stride(from: 0, to: whole.count, by: 9) { groups.append(Array(whole[start..<start + 9])) }
        while fraction.count >= 9 {
            groups.append(Array(fraction.prefix(9)))
            fraction.removeFirst(9)
        }
        groups.append(fraction)
        var bytes: [UInt8] = []
        for group in groups {
            let byteCount = [0, 1, 1, 2, 2, 3, 3, 4, 4, 4][group.count]
            let value = Int(String(group)) ?? 0
            for index in (0..<byteCount).reversed() { bytes.append(UInt8(value >> (8 * index) & 0xFF)) }
        }
        if isNegative { bytes = bytes.map { ~$0 } }
        bytes[0] ^= 0x80
        return bytes
    }
}
