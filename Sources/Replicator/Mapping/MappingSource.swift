/// The text of a mapping file, and the name by which messages call it.
public struct MappingSource: Equatable, Sendable {
    public let path: String
    public let text: String

    public init(path: String, text: String) {
        self.path = path
        self.text = text
    }
}

/// Bytes `start..<end` of a mapping file's UTF-8 text.
struct SourceSpan: Equatable, Sendable {
    var start: Int
    var end: Int

    /// From the beginning of this span to the end of `last`.
    func joined(to last: SourceSpan) -> SourceSpan {
        SourceSpan(start: start, end: last.end)
    }
}

extension MappingSource {
    /// What the file says at `span`.
    func slice(_ span: SourceSpan) -> String {
        let utf8 = text.utf8
        let start = utf8.index(utf8.startIndex, offsetBy: span.start)
        return String(text[start..<utf8.index(start, offsetBy: span.end - span.start)])
    }
}
