/// What is wrong with a mapping file, and where.
public struct MappingError: Error, Equatable, Sendable {
    public let path: String
    /// From 1.
    public let line: Int
    /// In characters, from 1.
    public let column: Int
    /// One line, without the place.
    public let message: String
    /// The line of the file that is at fault.
    public let sourceLine: String
    /// How many characters of `sourceLine`, from `column`, are meant; at least 1.
    public let length: Int

    init(_ source: MappingSource, _ span: SourceSpan, _ message: String) {
        let bytes = Array(source.text.utf8)
        let start = min(span.start, bytes.count)
        let lineStart = bytes[..<start].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        var lineEnd = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        if lineEnd > lineStart, lineEnd > start, bytes[lineEnd - 1] == UInt8(ascii: "\r") { lineEnd -= 1 }
        path = source.path
        line = bytes[..<lineStart].count { $0 == UInt8(ascii: "\n") } + 1
        column = Self.characters(bytes[lineStart..<start]) + 1
        sourceLine = source.slice(SourceSpan(start: lineStart, end: lineEnd))
        length = max(1, Self.characters(bytes[start..<max(start, min(span.end, lineEnd))]))
        self.message = message
    }

    /// Unicode scalars, since that is what most editors count.
    private static func characters(_ utf8: ArraySlice<UInt8>) -> Int {
        utf8.count { $0 & 0xC0 != 0x80 }
    }
}

extension MappingError: CustomStringConvertible {
    /// `FILE:LINE:COLUMN: error: …`, the line, and a caret under what is meant.
    public var description: String {
        // A tab before the caret stays a tab, so that both lines are set alike.
        let indent = sourceLine.unicodeScalars.prefix(column - 1).map { $0 == "\t" ? "\t" : " " }.joined()
        let underline = "^" + String(repeating: "~", count: length - 1)
        return "\(path):\(line):\(column): error: \(message)\n\(sourceLine)\n\(indent)\(underline)"
    }
}
