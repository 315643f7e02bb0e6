/// What is wrong with a configuration file or a command line, where, and how to mend it: one line.
public struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    public let file: String?
    /// From 1; nil where no single line is to blame.
    public let line: Int?
    public let message: String

    public init(_ message: String, file: String? = nil, line: Int? = nil) {
        self.file = file
        self.line = line
        self.message = message
    }

    /// `replicator.conf:12: unknown key "tabels" in [source]`
    public var description: String {
        guard let file else { return message }
        guard let line else { return "\(file): \(message)" }
        return "\(file):\(line): \(message)"
    }
}
