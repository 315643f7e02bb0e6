/// VECTOR, 32-bit numbers one after the other, as a JSON array of them: `[1,2.5]`. Each has the fewest digits that
/// tell it among 32-bit numbers.
public enum VectorText {
    public static func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) throws(ValueError) {
        guard bytes.count % 4 == 0 else { throw .malformedVector }
        output.append(UInt8(ascii: "["))
        for start in stride(from: 0, to: bytes.count, by: 4) {
            if start > 0 { output.append(UInt8(ascii: ",")) }
            var pattern: UInt32 = 0
            for index in 0..<4 { pattern |= UInt32(bytes[start + index]) << UInt32(8 * index) }
            try FloatText.append(Float(bitPattern: pattern), to: &output)
        }
        output.append(UInt8(ascii: "]"))
    }
}
