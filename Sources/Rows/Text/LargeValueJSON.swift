/// The JSON of values that are too large to be built whole: what ``ValueText/appendJSON(_:of:in:to:)`` appends, in pieces, and
/// after each the caller may take out of the output what it has.
enum LargeValueJSON {
    /// From this size on.
    static let byteCount = 1 << 20

    /// Divisible by three, so that base64 of the pieces is that of the whole.
    static let pieceByteCount = 48 << 10

    /// Appends the JSON of a value of `type`. False, and nothing is appended: such values come whole.
    static func append(
        _ bytes: Span<UInt8>, of type: ColumnType, to output: inout [UInt8], emptying: (inout [UInt8]) -> Void
    ) throws(ValueError) -> Bool {
        switch type {
        case .blob: appendBase64(bytes, to: &output, emptying)
        case .json:
            try CharsetText.checkUTF8(bytes)
            if JSONSyntax.isValid(bytes) {
                inPieces(bytes, to: &output, emptying) { ValueText.appendLine($0, to: &$1) }
            } else {
                appendString(bytes, to: &output, emptying)
            }
        case .text(let collation):
            switch collation.charset {
            case .utf8mb4, .utf8mb3:
                try CharsetText.checkUTF8(bytes)
                appendString(bytes, to: &output, emptying)
            case nil where collation == .unknown:
                if CharsetText.isValidUTF8(bytes) {
                    appendString(bytes, to: &output, emptying)
                } else {
                    appendBase64(bytes, to: &output, emptying)
                }
            case let charset?: try appendString(bytes, in: charset, to: &output, emptying)
            case nil: return false
            }
        case .geometry: try ValueText.appendGeometry(bytes, to: &output) { appendDigits($0, to: &$1, emptying) }
        default: return false
        }
        return true
    }

    static func appendString(
        _ text: Span<UInt8>, to output: inout [UInt8], _ emptying: (inout [UInt8]) -> Void
    ) {
        output.append(UInt8(ascii: "\""))
        // What is escaped are single bytes, so a character may be cut in two.
        inPieces(text, to: &output, emptying) { JSONText.appendEscaped($0, to: &$1) }
        output.append(UInt8(ascii: "\""))
    }

    /// Where a byte does not convert, the pieces in front of it were appended.
    private static func appendString(
        _ text: Span<UInt8>, in charset: Charset, to output: inout [UInt8], _ emptying: (inout [UInt8]) -> Void
    ) throws(ValueError) {
        output.append(UInt8(ascii: "\""))
        var offset = 0
        while offset < text.count {
            let start = output.count
            let piece = offset..<min(offset + pieceByteCount, text.count)
            offset = try CharsetText.convert(text, piece, in: charset, to: &output)
            JSONText.escape(from: start, in: &output)
            emptying(&output)
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func appendBase64(
        _ bytes: Span<UInt8>, to output: inout [UInt8], _ emptying: (inout [UInt8]) -> Void
    ) {
        output.append(UInt8(ascii: "\""))
        appendDigits(bytes, to: &output, emptying)
        output.append(UInt8(ascii: "\""))
    }

    private static func appendDigits(
        _ bytes: Span<UInt8>, to output: inout [UInt8], _ emptying: (inout [UInt8]) -> Void
    ) {
        inPieces(bytes, to: &output, emptying) { Base64Text.append($0, to: &$1) }
    }

    private static func inPieces(
        _ bytes: Span<UInt8>, to output: inout [UInt8], _ emptying: (inout [UInt8]) -> Void,
        _ append: (Span<UInt8>, inout [UInt8]) -> Void
    ) {
        var offset = 0
        while offset < bytes.count {
            let end = min(offset + pieceByteCount, bytes.count)
            append(bytes.extracting(offset..<end), &output)
            emptying(&output)
            offset = end
        }
    }
}
