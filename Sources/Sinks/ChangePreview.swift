public import Rows

/// Says what a sink would send for row changes, for people to read: `replicator try`. Sends none of it, and asks the
/// target only for what its statements depend on. Confined to one thread.
public protocol ChangePreview: AnyObject {
    /// For the rows of `batch`, in order, the statements, commands or records that would apply them, each in one line.
    /// What the sink would do besides, where the target turns out to have another row than the change expects, is not
    /// among them.
    func statements(for batch: RowBatch) throws(SinkError) -> [String]
}

extension Sink {
    /// Nothing is known of what it would send.
    public func makePreview() throws(SinkError) -> (any ChangePreview)? { nil }
}

/// What goes to a target, made fit for a terminal.
enum PreviewText {
    /// `bytes` in one line: control characters as `\xNN`, and all that is not ASCII too where it is not UTF-8.
    static func line(_ bytes: some Collection<UInt8>) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return bytes.map { (0x20...0x7E).contains($0) ? String(UnicodeScalar($0)) : escaped($0) }.joined()
        }
        var line = ""
        for scalar in text.unicodeScalars {
            if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
                for byte in String(scalar).utf8 { line += escaped(byte) }
            } else {
                line.unicodeScalars.append(scalar)
            }
        }
        return line
    }

    static func escaped(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
    }
}
