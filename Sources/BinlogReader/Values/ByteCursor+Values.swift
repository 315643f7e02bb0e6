internal import Rows

extension ByteCursor {
    /// Reads one value that is not NULL. Cells that name bytes count them from `origin`.
    @inline(__always)
    mutating func readValue(
        _ format: ColumnFormat, origin: Int
    ) throws(DecodeError) -> Cell {
        switch format {
        case .int8: return .int(Int64(try read(Int8.self)))
        case .int16: return .int(Int64(try read(Int16.self)))
        case .int24: return .int(Int64(try readInt24()))
        case .int32: return .int(Int64(try read(Int32.self)))
        case .int64: return .int(try read(Int64.self))
        case .uint8: return .uint(UInt64(try read(UInt8.self)))
        case .uint16: return .uint(UInt64(try read(UInt16.self)))
        case .uint24: return .uint(UInt64(try readUInt24()))
        case .uint32: return .uint(UInt64(try read(UInt32.self)))
        case .uint64: return .uint(try read(UInt64.self))
        case .float: return .float(Float(bitPattern: try read(UInt32.self)))
        case .double: return .double(Double(bitPattern: try read(UInt64.self)))
        case .year:
            let year = try read(UInt8.self)
            return .uint(year == 0 ? 0 : 1900 + UInt64(year))
        case .date: return .uint(UInt64(try readUInt24()))
        case .decimal(let byteCount): return try readCellBytes(Int(byteCount), origin: origin)
        case .bytes(let lengthBytes):
            let count =
                switch lengthBytes {
                case 1: Int(try read(UInt8.self))
                case 2: Int(try read(UInt16.self))
                case 3: Int(try readUInt24())
                default: Int(try read(UInt32.self))
                }
            return try readCellBytes(count, origin: origin)
        case .label(let byteCount): return .uint(try readUInt(byteCount: Int(byteCount)))
        case .bit(let byteCount): return .uint(try readBigEndian(byteCount: Int(byteCount)))
        case .time(let fractionBytes): return .int(try readTime(fractionBytes))
        case .dateTime(let fractionBytes): return .int(try readDateTime(fractionBytes))
        case .timestamp(let fractionBytes):
            let seconds = Int64(try readBigEndian(byteCount: 4))
            return .int(seconds &* 1_000_000 &+ (try readFraction(fractionBytes)))
        case .oldTime: return .int(try readOldTime())
        case .oldDateTime: return .int(try readOldDateTime())
        case .oldTimestamp: return .int(Int64(try read(UInt32.self)) &* 1_000_000)
        case .compressed, .json, .hidden:
            // The row decoder's own business: they need more than the cursor, or make no cell.
            preconditionFailure("not a value of a cursor alone")
        }
    }

    /// The length of a value with `lengthBytes` in front.
    mutating func readLength(_ lengthBytes: UInt8) throws(DecodeError) -> Int {
        Int(try readUInt(byteCount: Int(lengthBytes)))
    }

    @inline(__always)
    private mutating func readCellBytes(_ count: Int, origin: Int) throws(DecodeError) -> Cell {
        let start = try skip(count)
        let relative = start &- origin
        return .bytes(ByteRange(start: UInt32(truncatingIfNeeded: relative), count: UInt32(truncatingIfNeeded: count)))
    }

    @inline(__always)
    private mutating func readUInt24() throws(DecodeError) -> UInt32 {
        let start = try skip(3)
        return UInt32(load(UInt16.self, at: start)) | UInt32(load(UInt8.self, at: start &+ 2)) &<< 16
    }

    @inline(__always)
    private mutating func readInt24() throws(DecodeError) -> Int32 {
        // The sign bit moves to the top and back.
        Int32(bitPattern: try readUInt24() &<< 8) &>> 8
    }

    /// The fraction of a second, in microseconds: two decimal digits a byte.
    @inline(__always)
    private mutating func readFraction(_ byteCount: UInt8) throws(DecodeError) -> Int64 {
        if byteCount == 0 { return 0 }
        let start = offset
        let value = Int64(try readBigEndian(byteCount: Int(byteCount)))
        let microseconds = value &* (byteCount == 1 ? 10_000 : byteCount == 2 ? 100 : 1)
        guard microseconds < 1_000_000 else { throw .invalid(.value, at: start) }
        return microseconds
    }

    /// `my_time_packed_from_binary`: seconds and fraction are one two's complement number, offset to be unsigned.
    private mutating func readTime(_ fractionBytes: UInt8) throws(DecodeError) -> Int64 {
        let start = offset
        let byteCount = 3 + Int(fractionBytes)
        let raw = Int64(try readBigEndian(byteCount: byteCount)) - 1 << Int64(byteCount * 8 - 1)
        let magnitude = raw.magnitude
        let scale: UInt64 =
            switch fractionBytes {
            case 0: 0
            case 1: 10_000
            case 2: 100
            default: 1
            }
        let whole = magnitude >> UInt64(8 * fractionBytes)
        let microseconds = (magnitude & (1 << UInt64(8 * fractionBytes) - 1)) * scale
        let (hours, minutes, seconds) = (whole >> 12 & 0x3FF, whole >> 6 & 0x3F, whole & 0x3F)
        guard hours < 839, minutes < 60, seconds < 60, microseconds < 1_000_000, whole >> 22 == 0 else {
            throw .invalid(.value, at: start)
        }
        let total = Int64(((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + microseconds)
        return raw < 0 ? -total : total
    }

    /// `my_datetime_packed_from_binary`: the cell's own packing, of which the fraction is cut short.
    @inline(__always)
    private mutating func readDateTime(_ fractionBytes: UInt8) throws(DecodeError) -> Int64 {
        let start = offset
        let whole = Int64(try readBigEndian(byteCount: 5)) &- 0x80_0000_0000
        let fraction = try readFraction(fractionBytes)
        guard whole >= 0 else { throw .invalid(.value, at: start) }
        return whole &<< 24 | fraction
    }

    private mutating func readOldTime() throws(DecodeError) -> Int64 {
        let start = offset
        let raw = Int64(try readInt24())
        let number = Int64(raw.magnitude)
        let (hours, minutes, seconds) = (number / 10_000, number / 100 % 100, number % 100)
        guard hours < 839, minutes < 60, seconds < 60 else { throw .invalid(.value, at: start) }
        let total = ((hours * 60 + minutes) * 60 + seconds) * 1_000_000
        return raw < 0 ? -total : total
    }

    private mutating func readOldDateTime() throws(DecodeError) -> Int64 {
        let start = offset
        let number = try read(UInt64.self)
        guard number <= 99_991_231_235_959 else { throw .invalid(.value, at: start) }
        let (date, time) = (Int64(number) / 1_000_000, Int64(number) % 1_000_000)
        let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100)
        let (hour, minute, second) = (time / 10_000, time / 100 % 100, time % 100)
        guard month <= 12, day <= 31, hour < 24, minute < 60, second < 60 else { throw .invalid(.value, at: start) }
        return ((year * 13 + month) << 22 | day << 17 | hour << 12 | minute << 6 | second) << 24
    }
}
