extension ValueText {
    /// Appends the canonical JSON of `cell`, a value of a column of `type` in `batch`: integers, YEAR, BIT and floating
    /// point are numbers (exact, beyond 2^53 too), binary values base64, a JSON column its own document, a geometry
    /// `{"srid":…,"wkb":"base64"}`, NULL `null`, and all else strings.
    ///
    /// The JSON is one line. An absent column has none: the caller leaves it out (``ValueError/noValue``).
    public static func appendJSON(
        _ cell: Cell, of type: ColumnType, in batch: RowBatch, to output: inout [UInt8]
    ) throws(ValueError) {
        switch (type, cell) {
        case (_, .null): output.append("null")
        case (_, .absent): throw .noValue
        case (.enumeration(let labels), _) where !labels.isEmpty, (.set(let labels), _) where !labels.isEmpty:
            output.append(UInt8(ascii: "\""))
            let start = output.count
            try append(cell, of: type, in: batch, to: &output)
            JSONText.escape(from: start, in: &output)
            output.append(UInt8(ascii: "\""))
        default:
            if let format = ShortFormat(type) {
                try output.write(upTo: ShortFormat.byteCount) { (text) throws(ValueError) in
                    try text.appendJSON(cell, as: format, in: batch)
                }
                return
            }
            guard let bytes = batch.bytes(of: cell) else {
                return try appendStored(cell, of: type, in: batch, to: &output)
            }
            try appendJSON(bytes, of: type, to: &output)
        }
    }

    /// Appends the JSON of a type whose values are bytes, and any.
    private static func appendJSON(
        _ bytes: Span<UInt8>, of type: ColumnType, to output: inout [UInt8]
    ) throws(ValueError) {
        switch type {
        case .json: try appendDocument(bytes, to: &output)
        case .vector: try VectorText.append(bytes, to: &output)
        case .geometry: try appendGeometry(bytes, to: &output) { Base64Text.append($0, to: &$1) }
        case .blob:
            output.append(UInt8(ascii: "\""))
            Base64Text.append(bytes, to: &output)
            output.append(UInt8(ascii: "\""))
        case .binary(let length):
            if bytes.count == Int(length) { return try appendJSON(bytes, of: .blob, to: &output) }
            var padded: [UInt8] = []
            try append(bytes, of: type, to: &padded)
            try appendJSON(padded.span, of: .blob, to: &output)
        case .text(let collation):
            if collation.charset == .utf8mb4 || collation.charset == .utf8mb3 {
                try appendString(bytes, after: Span(), to: &output)
                return
            }
            output.append(UInt8(ascii: "\""))
            let start = output.count
            try CharsetText.append(bytes, in: collation, to: &output)
            JSONText.escape(from: start, in: &output)
            output.append(UInt8(ascii: "\""))
        default: throw .mismatchedCell
        }
    }

    /// Appends `key`, and text that should be UTF-8 as a string. Most is ASCII without escapes: that is seen while it is copied.
    @inline(__always)
    static func appendString(
        _ bytes: Span<UInt8>, after key: Span<UInt8>, to output: inout [UInt8]
    ) throws(ValueError) {
        var plainCount = 0
        output.write(upTo: key.count + bytes.count + 10) { text in
            text.append(key)
            text.append(UInt8(ascii: "\""))
            plainCount = text.append(plainPartOf: bytes, isASCII: true)
            if plainCount == bytes.count { text.append(UInt8(ascii: "\"")) }
        }
        if plainCount == bytes.count { return }
        try CharsetText.checkUTF8(bytes)
        JSONText.appendEscaped(bytes.extracting(plainCount...), to: &output)
        output.append(UInt8(ascii: "\""))
    }

    /// MariaDB's JSON columns are text under a CHECK, which accepts some that is not JSON (`1.`, `"\x"`) and can be
    /// switched off. What is JSON is embedded as it is, with line breaks between its tokens made spaces: one change
    /// stays one line. What is not becomes a string.
    private static func appendDocument(_ bytes: Span<UInt8>, to output: inout [UInt8]) throws(ValueError) {
        try CharsetText.checkUTF8(bytes)
        guard JSONSyntax.isValid(bytes) else {
            JSONText.appendString(bytes, to: &output)
            return
        }
        appendLine(bytes, to: &output)
    }

    /// Appends valid JSON, or a part of it, without line breaks, of which it has none inside a string.
    static func appendLine(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        let start = output.count
        output.append(bytes)
        for index in start..<output.count where output[index] == 0x0A || output[index] == 0x0D { output[index] = 0x20 }
    }

    /// The SRID, and the bytes after it, by `appendBase64`. An empty value is no geometry (`ST_AsWKB` says NULL): see `append`.
    static func appendGeometry(
        _ bytes: Span<UInt8>, to output: inout [UInt8], _ appendBase64: (Span<UInt8>, inout [UInt8]) -> Void
    ) throws(ValueError) {
        if bytes.isEmpty {
            output.append("null")
            return
        }
        guard bytes.count >= 4 else { throw .malformedGeometry }
        let low = UInt64(bytes[0]) | UInt64(bytes[1]) << 8
        let high = UInt64(bytes[2]) | UInt64(bytes[3]) << 8
        output.append("{\"srid\":")
        IntegerText.append(high << 16 | low, to: &output)
        output.append(",\"wkb\":\"")
        appendBase64(bytes.extracting(4..<bytes.count), &output)
        output.append("\"}")
    }
}
