import Testing

@testable import BinlogReader

@Suite struct ByteCursorTests {
    @Test func `integers are little endian and move on`() throws {
        let bytes = hex("01 0203 04050607 08090a0b0c0d0e0f ff")
        var cursor = ByteCursor(bytes.span.bytes)
        #expect(try cursor.read(UInt8.self) == 1)
        #expect(try cursor.read(UInt16.self) == 0x0302)
        #expect(try cursor.read(UInt32.self) == 0x0706_0504)
        #expect(try cursor.read(UInt64.self) == 0x0F0E_0D0C_0B0A_0908)
        #expect(try cursor.read(Int8.self) == -1)
        #expect(cursor.remaining == 0)
        try cursor.expectEnd()
    }

    @Test(arguments: 1...8)
    func `integers of any width are read from either end`(byteCount: Int) throws {
        let bytes: [UInt8] = [0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88]
        var little = ByteCursor(bytes.span.bytes)
        var big = ByteCursor(bytes.span.bytes)
        let expected = bytes.prefix(byteCount)
        #expect(try little.readUInt(byteCount: byteCount) == expected.reversed().reduce(0) { $0 << 8 | UInt64($1) })
        #expect(try big.readBigEndian(byteCount: byteCount) == expected.reduce(0) { $0 << 8 | UInt64($1) })
    }

    @Test func `a read beyond the end says where, what it needs and what there is`() {
        let bytes: [UInt8] = [1, 2, 3]
        #expect(throws: DecodeError.truncated(at: 1, need: 4, have: 2)) {
            var cursor = ByteCursor(bytes.span.bytes)
            try cursor.skip(1)
            _ = try cursor.read(UInt32.self)
        }
        #expect(throws: DecodeError.truncated(at: 0, need: 4, have: 3)) {
            var cursor = ByteCursor(bytes.span.bytes)
            _ = try cursor.block(4)
        }
        #expect(throws: DecodeError.truncated(at: 0, need: -1, have: 3)) {
            var cursor = ByteCursor(bytes.span.bytes)
            try cursor.skip(-1)
        }
    }

    @Test func `a block ends where it was cut, and offsets stay those of the event`() throws {
        let bytes: [UInt8] = [1, 2, 3, 4, 5]
        #expect(throws: DecodeError.truncated(at: 3, need: 2, have: 1)) {
            var cursor = ByteCursor(bytes.span.bytes)
            try cursor.skip(1)
            var block = try cursor.block(3)
            #expect(try block.read(UInt16.self) == 0x0302)
            _ = try block.read(UInt16.self)
        }
    }

    @Test func `packed integers have one, three, four and nine bytes`() throws {
        let bytes = hex("fa fc0102 fd010203 fe0102030405060708")
        var cursor = ByteCursor(bytes.span.bytes)
        #expect(try cursor.readPacked() == 250)
        #expect(try cursor.readPacked() == 0x0201)
        #expect(try cursor.readPacked() == 0x030201)
        #expect(try cursor.readPacked() == 0x0807_0605_0403_0201)
    }

    @Test(arguments: [251, 255] as [UInt8])
    func `what begins no packed integer is refused`(first: UInt8) {
        let bytes = [first, 0, 0]
        #expect(throws: DecodeError.invalid(.lengthPrefix, at: 0)) {
            var cursor = ByteCursor(bytes.span.bytes)
            _ = try cursor.readPacked()
        }
    }

    @Test func `a count of bytes is never more than there are`() {
        let bytes = hex("feffffffffffffffff 00")
        #expect(throws: DecodeError.truncated(at: 9, need: .max, have: 1)) {
            var cursor = ByteCursor(bytes.span.bytes)
            _ = try cursor.readPackedCount()
        }
    }

    @Test func `a name that is not UTF-8 is refused`() {
        let bytes: [UInt8] = [0x61, 0xFF]
        #expect(throws: DecodeError.invalid(.utf8, at: 0)) {
            var cursor = ByteCursor(bytes.span.bytes)
            _ = try cursor.readName(2)
        }
    }
}
