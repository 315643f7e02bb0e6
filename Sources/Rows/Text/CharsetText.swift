/// Text in a column's character set, as UTF-8.
enum CharsetText {
    static func append(_ bytes: Span<UInt8>, in collation: Collation, to output: inout [UInt8]) throws(ValueError) {
        // Replaced by the generated tables.
        switch collation.id {
        case 0:
            if isValidUTF8(bytes) { output.append(bytes) } else { Base64Text.append(bytes, to: &output) }
        case 11, 65, 33, 83, 192...215, 223, 45, 46, 224...247, 255...323:
            try checkUTF8(bytes, charset: "utf8mb4")
            output.append(bytes)
        default: throw .unsupportedCharset("of collation \(collation.id)")
        }
    }

    static func isValidUTF8(_ bytes: Span<UInt8>) -> Bool {
        (try? UTF8Span(validating: bytes)) != nil
    }

    static func checkUTF8(_ bytes: Span<UInt8>, charset: String) throws(ValueError) {
        do {
            _ = try UTF8Span(validating: bytes)
        } catch {
            throw .invalidBytes(charset: charset, offset: error.byteOffsets.lowerBound)
        }
    }
}
