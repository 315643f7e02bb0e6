import Foundation
import MySQLClient

extension Configuration {
    /// Reads and checks the file at `path`, and what it names besides: unknown and duplicate keys, bad values and missing
    /// ones are refused. Connects to nothing.
    public init(path: String) throws(ConfigurationError) {
        try self.init(file: INIFile(path: path))
        _ = try sourceLocation()
        for sink in sinks {
            _ = try makeSink(sink)
            guard let mappings = sink.mappings else { continue }
            do {
                _ = try Mappings.files(resolve(mappings))
            } catch {
                throw ConfigurationError(
                    "mappings = \(mappings): \(error.message)", file: path, line: sink.lines["mappings"])
            }
        }
    }

    init(file: INIFile) throws(ConfigurationError) {
        var source: Source?
        var sinks: [Sink] = []
        var replicator = SectionReader(file: file, section: INIFile.Section(name: "replicator", line: 1))
        for section in file.sections {
            var reader = SectionReader(file: file, section: section)
            let words = section.name.split(separator: " ")
            switch (words.first, words.count) {
            case ("source", 1):
                source = try Source(&reader)
                try reader.finish()
            case ("replicator", 1):
                replicator = reader
            case ("sink", 2):
                sinks.append(try Sink(name: String(words[1]), &reader))
            default:
                throw ConfigurationError(
                    "unknown section [\(section.name)]: there are [source], [sink NAME] and [replicator]",
                    file: file.path, line: section.line)
            }
        }
        guard let source else {
            throw ConfigurationError("section [source] is missing", file: file.path)
        }
        guard !sinks.isEmpty else {
            throw ConfigurationError("there is no [sink NAME] section, so nothing would be replicated", file: file.path)
        }
        self.init(
            path: file.path, source: source, sinks: sinks, stateFile: "", socketPath: "", http: nil,
            transactionByteCount: 0, logsJSON: false)
        stateFile = resolve(replicator.take("state") ?? "replicator.state")
        socketPath = replicator.take("socket").map(resolve) ?? stateFile + ".sock"
        if let text = replicator.take("http") {
            guard let address = HTTPAddress(text) else {
                throw replicator.error(
                    "http is ADDRESS:PORT, such as 127.0.0.1:9090 or [::1]:9090, or PORT alone for this machine only, "
                        + "not \"\(text)\"", at: "http")
            }
            http = address
        }
        transactionByteCount = try replicator.byteCount("transaction-bytes", default: 64 << 20)
        logsJSON = try replicator.choice("log-format", of: ["text", "json"], default: "text") == "json"
        try replicator.finish()
    }
}

extension Configuration.Source {
    fileprivate init(_ reader: inout SectionReader) throws(ConfigurationError) {
        url = try reader.require("url")
        if let text = reader.take("tables") {
            do {
                tables = try TablePatterns(text)
            } catch {
                throw reader.error(error.message, at: "tables")
            }
        } else {
            tables = .all
        }
        passwordFile = reader.take("password-file")
        schema = reader.take("schema")
        for name in TLSOptions.names { tls[name] = reader.take(name) }
        if let value = reader.take("compress") {
            guard ["yes", "no"].contains(value) else {
                throw reader.error("compress is one of yes, no, not \"\(value)\"", at: "compress")
            }
            compresses = value == "yes"
        }
        serverIDBase = UInt32(
            try reader.integer("server-id-base", default: 0, in: 0...Int(UInt32.max) - 100_000))
        heartbeatSeconds = Double(try reader.integer("heartbeat", default: 5, in: 1...3600))
        failoverWaitSeconds = Double(try reader.integer("failover-wait", default: 60, in: 0...86_400))
        lines = reader.lines
    }
}

extension Configuration.Sink {
    fileprivate init(name: String, _ reader: inout SectionReader) throws(ConfigurationError) {
        let allowed = name.utf8.allSatisfy { $0 == 0x2D || $0 == 0x5F || (0x30...0x39).contains($0) || $0.isLetter }
        guard allowed, name.utf8.count <= 64 else {
            throw ConfigurationError(
                "a sink's name has letters, digits, - and _ only, at most 64 of them",
                file: reader.path, line: reader.sectionLine)
        }
        self.name = name
        line = reader.sectionLine
        url = try reader.require("url")
        mappings = reader.take("mappings")
        unmapped =
            .init(
                rawValue: try reader.choice("unmapped", of: ["copy", "ignore"], default: "copy")) ?? .copy
        keyBy = try reader.choice("key-by", of: ["table"], default: "table", later: ["primary-key"])
        lanes = try reader.integer("lanes", default: 1, in: 1...64)
        ignoresCascades =
            try reader.choice("cascades", of: ["refuse", "ignore"], default: "refuse") == "ignore"
        skipsStatementChanges =
            try reader.choice("statement-changes", of: ["stop", "skip"], default: "stop") == "skip"
        guard mappings != nil || unmapped == .copy else {
            throw reader.error("unmapped = ignore without mappings: nothing would reach the sink", at: "unmapped")
        }
        lines = reader.lines
        options = reader.rest()
    }
}

extension UInt8 {
    /// An ASCII letter.
    fileprivate var isLetter: Bool { (0x41...0x5A).contains(self & 0xDF) }
}

/// Takes a section's keys one by one; what is left at the end is unknown.
private struct SectionReader {
    let path: String
    let sectionLine: Int
    private let name: String
    let lines: [String: Int]
    private var entries: [String: String]

    init(file: INIFile, section: INIFile.Section) {
        path = file.path
        name = section.name
        sectionLine = section.line
        lines = section.entries.mapValues(\.line)
        entries = section.entries.mapValues(\.value)
    }

    mutating func take(_ key: String) -> String? {
        entries.removeValue(forKey: key)
    }

    mutating func require(_ key: String) throws(ConfigurationError) -> String {
        guard let value = take(key), !value.isEmpty else {
            throw ConfigurationError("[\(name)] needs \(key) = …", file: path, line: sectionLine)
        }
        return value
    }

    mutating func choice(
        _ key: String, of choices: [String], default preset: String, later: [String] = []
    ) throws(ConfigurationError) -> String {
        guard let value = take(key) else { return preset }
        if later.contains(value) {
            throw error("\(key) = \(value) is not supported yet; there is \(choices.joined(separator: ", "))", at: key)
        }
        guard choices.contains(value) else {
            throw error("\(key) is one of \(choices.joined(separator: ", ")), not \"\(value)\"", at: key)
        }
        return value
    }

    mutating func integer(
        _ key: String, default preset: Int, in range: ClosedRange<Int>
    ) throws(ConfigurationError) -> Int {
        guard let text = take(key) else { return preset }
        guard let value = Int(text), range.contains(value) else {
            throw error(
                "\(key) is a whole number from \(range.lowerBound) to \(range.upperBound), not \"\(text)\"", at: key)
        }
        return value
    }

    /// A size in bytes, with K, M or G (binary) behind it if wanted.
    mutating func byteCount(_ key: String, default preset: Int) throws(ConfigurationError) -> Int {
        guard let text = take(key) else { return preset }
        let units: [Character: Int] = ["K": 10, "M": 20, "G": 30]
        let shift = text.last.flatMap { units[Character($0.uppercased())] }
        let digits = shift == nil ? text[...] : text.dropLast()
        guard let value = Int(digits), value > 0, value <= 1 << 30 else {
            throw error("\(key) is a size such as 67108864, 64M or 1G, not \"\(text)\"", at: key)
        }
        let result = value << (shift ?? 0)
        guard (65_536...(1 << 36)).contains(result) else {
            throw error("\(key) is at least 64K and at most 64G", at: key)
        }
        return result
    }

    /// All keys not taken yet, for the sink to read.
    mutating func rest() -> [String: String] {
        defer { entries = [:] }
        return entries
    }

    func finish() throws(ConfigurationError) {
        if let key = entries.keys.min(by: { lines[$0] ?? 0 < lines[$1] ?? 0 }) {
            throw error("unknown key \"\(key)\" in [\(name)]", at: key)
        }
    }

    func error(_ message: String, at key: String) -> ConfigurationError {
        ConfigurationError(message, file: path, line: lines[key] ?? sectionLine)
    }
}
