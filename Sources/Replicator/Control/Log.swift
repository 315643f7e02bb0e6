import Foundation
import Rows

/// The daemon's log: one line an event on stderr, `time=… level=… msg="…" key=value`, or the same as JSON. Used where a
/// decision is made, once. Never row data, never a password.
public struct Log: Sendable {
    public enum Level: String, Sendable { case info, warn, error }

    public var printsJSON: Bool
    /// Fields that every line carries, such as the pipeline's name.
    var context: [(String, String)] = []

    public init(printsJSON: Bool = false) {
        self.printsJSON = printsJSON
    }

    func with(_ key: String, _ value: String) -> Log {
        var copy = self
        copy.context.append((key, value))
        return copy
    }

    public func info(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
        write(.info, message, fields)
    }

    public func warn(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
        write(.warn, message, fields)
    }

    public func error(_ message: String, _ fields: KeyValuePairs<String, String> = [:]) {
        write(.error, message, fields)
    }

    private func write(_ level: Level, _ message: String, _ fields: KeyValuePairs<String, String>) {
        let pairs =
            [("time", Self.timestamp()), ("level", level.rawValue), ("msg", message)]
            + context + fields.map { ($0.key, $0.value) }
        var line: String
        if printsJSON {
            line = "{" + pairs.map { "\(Self.quoted($0)):\(Self.quoted($1))" }.joined(separator: ",") + "}\n"
        } else {
            // What follows a value's first line is a picture for people (a mapping's line with its caret): below, as it is.
            let split = pairs.map { ($0.0, $0.1.split(separator: "\n", omittingEmptySubsequences: false)) }
            line = split.map { "\($0)=\(Self.plain(String($1.first ?? "")))" }.joined(separator: " ") + "\n"
            for rest in split.flatMap({ $0.1.dropFirst() }) { line += rest + "\n" }
        }
        StandardError.shared.write(line)
    }

    /// Bare if it is one plain word, else quoted.
    private static func plain(_ value: String) -> String {
        let isWord =
            !value.isEmpty && value.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x3D && $0 != 0x5C && $0 < 0x7F }
        return isWord ? value : quoted(value)
    }

    private static func quoted(_ value: String) -> String {
        var text = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20: text += "\\u" + String(scalar.value + 0x10000, radix: 16).dropFirst()
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }

    private static func timestamp() -> String {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        var parts = tm()
        var seconds = now.tv_sec
        gmtime_r(&seconds, &parts)
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let milliseconds = String(1000 + now.tv_nsec / 1_000_000).dropFirst()
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T"
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)).\(milliseconds)Z"
    }
}
