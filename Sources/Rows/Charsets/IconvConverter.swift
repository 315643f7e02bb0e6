import Glibc

/// iconv to UTF-32, one character at a time: only to fill tables with. Owns the conversion handle.
struct IconvConverter: ~Copyable {
    private let handle: iconv_t

    /// Nil if this system's iconv does not know the encoding.
    init?(from encoding: String) {
        guard let handle = iconv_open("UTF-32BE", encoding), Int(bitPattern: handle) != -1 else { return nil }
        self.handle = handle
    }

    deinit {
        iconv_close(handle)
    }

    /// The one character that the bytes mean together; nil if they do not, or mean several.
    func character(_ bytes: UInt8...) -> Unicode.Scalar? {
        iconv(handle, nil, nil, nil, nil)  // forget what an earlier, incomplete sequence left
        var source = bytes.map { CChar(bitPattern: $0) }
        var target: InlineArray<16, CChar> = .init(repeating: 0)
        var output = target.mutableSpan
        let isOneCharacter = source.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                // SAFETY: iconv reads and writes within the counts that it is given, during this call only.
                var (from, to) = (source.baseAddress, target.baseAddress)
                var (left, room) = (source.count, target.count)
                return iconv(handle, &from, &left, &to, &room) != -1 && left == 0 && room == 12
            }
        }
        guard isOneCharacter else { return nil }
        var code: UInt32 = 0
        for index in 0..<4 { code = code << 8 | UInt32(UInt8(bitPattern: target[index])) }
        return Unicode.Scalar(code)
    }
}
