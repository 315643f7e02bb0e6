/// MySQL's binary JSON (`json_binary.h`) as the text that the server's `CAST(… AS CHAR)` prints, byte for byte.
///
/// A container is a count, its size, entries for its keys and values, then what these point to, counted from its first
/// byte. Pointers are believed only as far as an honest document could have them: no deeper than the server allows, no
/// more values than the document has room for, and no more text than it has bytes, so that entries which share what they
/// point to cannot make a small document large.
public enum BinaryJSONText {
    /// The server's own limit is 100 (`JSON_DOCUMENT_MAX_DEPTH`).
    static let greatestDepth = 100

    /// Called often while a text grows: it may take out of it what there is. Nil: the text stays whole.
    public typealias Emptying = (inout [UInt8]) -> Void

    /// Appends the document's text. An empty one is what a NOT NULL column holds that was never given a value, and
    /// prints as `null`.
    public static func append(
        _ document: Span<UInt8>, to output: inout [UInt8], emptying: Emptying? = nil
    ) throws(ValueError) {
        guard document.count > 0 else {
            output.append("null")
            return
        }
        var reader = BinaryJSONReader(byteCount: document.count)
        try append(document, type: document[0], at: 1, depth: 0, &reader, to: &output, emptying)
    }

    /// Appends the value of `type` that begins at `offset`.
    static func append(
        _ bytes: Span<UInt8>, type: UInt8, at offset: Int, depth: Int, _ reader: inout BinaryJSONReader,
        to output: inout [UInt8], _ emptying: Emptying?
    ) throws(ValueError) {
        try reader.countValue(at: offset)
        switch BinaryJSONType(rawValue: type) {
        case .smallObject, .largeObject, .smallArray, .largeArray:
            guard depth < greatestDepth else { throw .malformedJSON(offset: offset) }
            let container = try BinaryJSONContainer(bytes, type: type, at: offset)
            try append(bytes, container, depth: depth + 1, &reader, to: &output, emptying)
        case .literal: try appendLiteral(bytes, at: offset, to: &output)
        case .int16: IntegerText.append(Int64(Int16(truncatingIfNeeded: try bytes.number(2, at: offset))), to: &output)
        case .uint16: IntegerText.append(try bytes.number(2, at: offset), to: &output)
        case .int32: IntegerText.append(Int64(Int32(truncatingIfNeeded: try bytes.number(4, at: offset))), to: &output)
        case .uint32: IntegerText.append(try bytes.number(4, at: offset), to: &output)
        case .int64: IntegerText.append(Int64(bitPattern: try bytes.number(8, at: offset)), to: &output)
        case .uint64: IntegerText.append(try bytes.number(8, at: offset), to: &output)
        case .double: try FloatText.appendInsideJSON(Double(bitPattern: try bytes.number(8, at: offset)), to: &output)
        case .string: try appendString(bytes, try reader.text(bytes, at: offset), to: &output, emptying)
        case .opaque: try appendOpaque(bytes, at: offset, &reader, to: &output, emptying)
        case nil: throw .malformedJSON(offset: offset)
        }
    }

    private static func append(
        _ bytes: Span<UInt8>, _ container: BinaryJSONContainer, depth: Int, _ reader: inout BinaryJSONReader,
        to output: inout [UInt8], _ emptying: Emptying?
    ) throws(ValueError) {
        output.append(UInt8(ascii: container.isObject ? "{" : "["))
        for index in 0..<container.count {
            if index > 0 { output.append(", ") }
            if container.isObject {
                try appendString(bytes, try reader.take(container.key(index, in: bytes)), to: &output, emptying)
                output.append(": ")
            }
            let value = try container.value(index, in: bytes)
            try append(bytes, type: value.type, at: value.offset, depth: depth, &reader, to: &output, emptying)
            if let emptying { emptying(&output) }
        }
        output.append(UInt8(ascii: container.isObject ? "}" : "]"))
    }

    private static func appendLiteral(
        _ bytes: Span<UInt8>, at offset: Int, to output: inout [UInt8]
    ) throws(ValueError) {
        switch try bytes.number(1, at: offset) {
        case 0: output.append("null")
        case 1: output.append("true")
        case 2: output.append("false")
        default: throw .malformedJSON(offset: offset)
        }
    }

    static func appendString(
        _ bytes: Span<UInt8>, _ range: Range<Int>, to output: inout [UInt8], _ emptying: Emptying?
    ) throws(ValueError) {
        let text = bytes.extracting(range)
        try CharsetText.checkUTF8(text)
        if let emptying, text.count >= LargeValueJSON.pieceByteCount {
            LargeValueJSON.appendString(text, to: &output, emptying)
        } else {
            JSONText.appendString(text, to: &output)
        }
    }

    /// A value of one of the server's other types: its type code, a length, and its bytes.
    private static func appendOpaque(
        _ bytes: Span<UInt8>, at offset: Int, _ reader: inout BinaryJSONReader, to output: inout [UInt8],
        _ emptying: Emptying?
    ) throws(ValueError) {
        let code = UInt8(truncatingIfNeeded: try bytes.number(1, at: offset))
        let range = try reader.text(bytes, at: offset + 1)
        switch code {
        case 246:  // MYSQL_TYPE_NEWDECIMAL: precision, scale, then the packed form
            guard range.count >= 2 else { throw .malformedJSON(offset: offset) }
            let packed = bytes.extracting(range.lowerBound + 2..<range.upperBound)
            let (precision, scale) = (bytes[range.lowerBound], bytes[range.lowerBound + 1])
            try output.write(upTo: ShortFormat.byteCount) { (text) throws(ValueError) in
                try DecimalText.append(
                    packed, precision: precision, scale: scale, upTo: DecimalText.greatestPrecisionInJSON, to: &text)
            }
        case 10, 11, 12, 7:  // MYSQL_TYPE_DATE, …TIME, …DATETIME, …TIMESTAMP: the packed form of 8 bytes
            guard range.count == 8 else { throw .malformedJSON(offset: offset) }
            let packed = Int64(bitPattern: try bytes.number(8, at: range.lowerBound))
            output.append(UInt8(ascii: "\""))
            try appendTemporal(packed, code: code, to: &output)
            output.append(UInt8(ascii: "\""))
        default:
            output.append("\"base64:type")
            IntegerText.append(UInt64(code), to: &output)
            output.append(UInt8(ascii: ":"))
            appendBase64(bytes.extracting(range), to: &output, emptying)
            output.append(UInt8(ascii: "\""))
        }
    }

    /// Dates and times as `TIME_to_longlong_packed` (sql-common/my_time.c) packs them, with six digits of fraction.
    private static func appendTemporal(
        _ packed: Int64, code: UInt8, to output: inout [UInt8]
    ) throws(ValueError) {
        try output.write(upTo: 40) { (text) throws(ValueError) in
            switch code {
            case 10:
                let day = UInt64(bitPattern: packed) >> 41
                let yearAndMonth = day >> 5
                guard packed >= 0 else { throw .malformedTemporal }
                try TemporalText.appendDate(
                    (yearAndMonth / 13) << 9 | (yearAndMonth % 13) << 5 | day & 0x1F, to: &text)
            case 11:
                let magnitude = packed.magnitude
                let (time, microsecond) = (magnitude >> 24, magnitude & 0xFF_FFFF)
                let (hour, minute, second) = (time >> 12, time >> 6 & 0x3F, time & 0x3F)
                guard hour < 839, minute < 60, second < 60, microsecond < 1_000_000 else { throw .malformedTemporal }
                let total = Int64(((hour * 60 + minute) * 60 + second) * 1_000_000 + microsecond)
                try TemporalText.appendTime(packed < 0 ? -total : total, fractionDigits: 6, to: &text)
            default: try TemporalText.appendDateTime(packed, fractionDigits: 6, to: &text)
            }
        }
    }

    /// With a line end after each 76 digits, as `base64_encode` writes it (mysys/base64.h), escaped.
    private static func appendBase64(_ bytes: Span<UInt8>, to output: inout [UInt8], _ emptying: Emptying?) {
        var start = 0
        while start < bytes.count {
            let end = min(start + 57, bytes.count)
            if start > 0 { output.append("\\n") }
            Base64Text.append(bytes.extracting(start..<end), to: &output)
            if let emptying { emptying(&output) }
            start = end
        }
    }
}
