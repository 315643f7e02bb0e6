import Foundation

/// What keeps a corpus from being read.
struct CorpusError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// A folder of recorded binlogs and expected values. Its files are lines of JSON.
struct Corpus {
    let folder: String

    func path(_ name: String) -> String { folder + "/" + name }

    func bytes(_ name: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path(name)) else {
            throw CorpusError("\(path(name)) cannot be read")
        }
        return Array(data)
    }

    /// The documents of a file, one a line.
    func lines(_ name: String) throws -> [JSONDocument] {
        try bytes(name).split(separator: UInt8(ascii: "\n")).enumerated().map { index, line in
            guard let document = JSONDocument(Array(line)) else {
                throw CorpusError("\(name):\(index + 1) is no JSON document")
            }
            return document
        }
    }

    func cases(_ name: String) throws -> [CorpusCase] {
        try lines(name).enumerated().map { index, document in
            CorpusCase(id: document["id"]?.text ?? "\(name):\(index + 1)", fields: document)
        }
    }

    /// The files below `name`, sorted.
    func files(under name: String) throws -> [String] {
        guard let paths = FileManager.default.enumerator(atPath: path(name)) else {
            throw CorpusError("\(path(name)) is no folder")
        }
        var files: [String] = []
        for case let file as String in paths {
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: path(name) + "/" + file, isDirectory: &isFolder),
                !isFolder.boolValue
            {
                files.append(name + "/" + file)
            }
        }
        return files.sorted()
    }
}

/// One line of a file of cases.
struct CorpusCase {
    let id: String
    let fields: JSONDocument

    subscript(_ name: String) -> JSONDocument? { fields[name] }

    func text(_ name: String) throws -> String {
        guard let text = self[name]?.text else { throw CorpusError("the case has no text \"\(name)\"") }
        return text
    }

    func number(_ name: String) throws -> Int {
        guard let number = self[name]?.integer else { throw CorpusError("the case has no number \"\(name)\"") }
        return number
    }

    /// The bytes that a field has as hexadecimal digits.
    func bytes(_ name: String) throws -> [UInt8] {
        guard let bytes = Hex.bytes(try text(name)) else { throw CorpusError("\"\(name)\" is not hexadecimal") }
        return bytes
    }
}

enum Hex {
    static func bytes(_ text: String) -> [UInt8]? {
        let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    static func text(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
