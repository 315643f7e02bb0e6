import Foundation

/// An INI file as `my.cnf` has them: sections, `key = value`, comments that begin a line with `#` or `;`. Values are
/// taken verbatim (no quotes, no escapes, no comment at a line's end), without the blanks around them. Every key and
/// section may stand once. Its own reader, since Debian's libinih cuts long values and eats what follows a `;`.
struct INIFile {
    struct Entry: Equatable {
        var value: String
        /// From 1, for messages.
        var line: Int
    }

    struct Section: Equatable {
        var name: String
        var line: Int
        var entries: [String: Entry] = [:]
    }

    /// Longer lines are refused: a file of another kind was given.
    static let maximumLineByteCount = 64 * 1024

    let path: String
    private(set) var sections: [Section] = []

    /// Reads and parses the file at `path`.
    init(path: String) throws(ConfigurationError) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            let reason = FileManager.default.fileExists(atPath: path) ? "cannot be read" : "does not exist"
            throw ConfigurationError(
                "the configuration file \(reason); name another with -c FILE, or see replicator run --help", file: path)
        }
        guard let text = String(fileContents: data) else {
            throw ConfigurationError("is not UTF-8 text", file: path)
        }
        try self.init(path: path, text: text)
    }

    init(path: String, text: String) throws(ConfigurationError) {
        self.path = path
        var number = 0
        // By bytes: to Swift, a carriage return and a line feed are one character. The former is trimmed below.
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for line in lines.map(Substring.init) {
            number += 1
            guard line.utf8.count <= Self.maximumLineByteCount else {
                throw ConfigurationError("the line is longer than 64 KiB", file: path, line: number)
            }
            let content = line.trimmed
            if content.isEmpty || content.first == "#" || content.first == ";" { continue }
            if content.first == "[" {
                try open(section: content, line: number)
            } else {
                try add(entry: content, line: number)
            }
        }
    }

    private mutating func open(section content: Substring, line: Int) throws(ConfigurationError) {
        guard content.last == "]" else {
            throw ConfigurationError("a section is [NAME], and the ] is missing", file: path, line: line)
        }
        let name = content.dropFirst().dropLast().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if let earlier = sections.first(where: { $0.name == name }) {
            throw ConfigurationError(
                "section [\(name)] stands twice (first in line \(earlier.line))", file: path, line: line)
        }
        sections.append(Section(name: name, line: line))
    }

    private mutating func add(entry content: Substring, line: Int) throws(ConfigurationError) {
        guard let equals = content.firstIndex(of: "=") else {
            throw ConfigurationError("neither a [SECTION] nor KEY = VALUE", file: path, line: line)
        }
        let key = String(content[..<equals].trimmed)
        let value = String(content[content.index(after: equals)...].trimmed)
        guard !key.isEmpty else {
            throw ConfigurationError("the key before = is missing", file: path, line: line)
        }
        guard let last = sections.indices.last else {
            throw ConfigurationError("key \"\(key)\" stands before the first [SECTION]", file: path, line: line)
        }
        if let earlier = sections[last].entries[key] {
            throw ConfigurationError(
                "key \"\(key)\" stands twice in [\(sections[last].name)] (first in line \(earlier.line))",
                file: path, line: line)
        }
        sections[last].entries[key] = Entry(value: value, line: line)
    }
}

extension StringProtocol {
    /// Without the white space (carriage returns too) at both ends.
    var trimmed: SubSequence {
        var rest = self[...]
        while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
        while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
        return rest
    }
}

extension String {
    /// What a text file holds, without the byte order mark that some editors put in front; nil where it is not UTF-8.
    init?(fileContents data: Data) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        self.init(validating: data.starts(with: mark) ? data.dropFirst(mark.count) : data, as: UTF8.self)
    }
}
