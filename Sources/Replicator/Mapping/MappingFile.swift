/// A mapping file: views in the SQL of the source server.
public struct MappingFile: Sendable {
    public let source: MappingSource
    /// In the order of the file; at least one.
    public let views: [ViewDefinition]

    public init(_ source: MappingSource) throws(MappingError) {
        var parser = Parser(source, tokens: try Tokenizer.tokens(of: source))
        self.source = source
        views = try parser.views()
    }

    public static func parse(path: String, text: String) throws(MappingError) -> MappingFile {
        try MappingFile(MappingSource(path: path, text: text))
    }
}
