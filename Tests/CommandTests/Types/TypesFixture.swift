import Foundation
import MySQLClient
import TestSupport
import Testing

/// Tables of every type, taken through all their values on a server of their own, while `replicator run` copied them to
/// SQLite and Redis.
final class TypesFixture: Sendable {
    let server: any DatabaseServer
    let redis: RedisServer
    let scratch: ScratchFolder
    let database: String
    let configuration: String
    let tables: [TypeTable]
    /// What `verify` said when all was written.
    let verify: (end: ProcessEnd, output: String, errors: String)

    init(_ kind: ServerKind) throws {
        let tables = TypeTable.all(of: kind)
        self.tables = tables
        // Its own: other tests' changes would move the place that verify waits for.
        server = try kind.start()
        redis = try RedisServer()
        scratch = try ScratchFolder()
        let name = try server.makeDatabase("täpes")
        database = name
        try server.connect().create(tables, in: database)
        configuration = try Self.write("replicator.conf", server, redis, scratch, database, changed: false)
        let views = tables.enumerated().map { $1.view("view_\($0)", of: name) }
        try scratch.write(views.joined(separator: "\n"), to: "views.sql")
        try Self.sqlite("VACUUM", scratch, "target.db")
        try Self.sqlite("VACUUM", scratch, "views.db")
        try Self.createTargets(configuration, scratch, count: 2 * tables.count)
        let session = try server.connect()
        verify = try Self.replicate(configuration) { try session.change(tables, in: name) }
    }

    /// Writes a configuration and returns its path. `changed`: of copies of the targets, for a test to change.
    private static func write(
        _ file: String, _ server: any DatabaseServer, _ redis: RedisServer, _ scratch: ScratchFolder,
        _ database: String,
        changed: Bool
    ) throws -> String {
        let views =
            changed
            ? ""
            : """
            [sink views]
            url = sqlite:views.db
            mappings = views.sql
            unmapped = ignore
            """
        return try scratch.write(
            """
            [source]
            url = \(server.url)
            tables = \(database).*
            heartbeat = 1
            [sink sqlite]
            url = sqlite:\(changed ? "changed" : "target").db
            [sink hash]
            url = \(redis.url)/\(changed ? 2 : 0)
            format = hash
            [sink string]
            url = \(redis.url)/\(changed ? 3 : 1)
            format = string
            \(views)
            """, to: file)
    }

    /// Copies the targets, to `changed.db` and Redis databases 2 and 3, and returns a configuration of the copies.
    func copyTargets() throws -> String {
        try Self.sqlite("VACUUM INTO '\(scratch.file("changed.db"))'", scratch, "target.db")
        _ = try redis.command(
            "EVAL",
            """
            for db = 0, 1 do
                redis.call('SELECT', db)
                for _, key in ipairs(redis.call('KEYS', '*')) do redis.call('COPY', key, key, 'DB', db + 2) end
            end
            """, "0")
        return try Self.write("changed.conf", server, redis, scratch, database, changed: true)
    }

    /// Runs SQL on `target.db` or `changed.db`.
    @discardableResult
    func sqlite(_ file: String, _ sql: String) throws -> String {
        try Self.sqlite(sql, scratch, file)
    }

    @discardableResult
    private static func sqlite(_ sql: String, _ scratch: ScratchFolder, _ file: String) throws -> String {
        let script = try scratch.write(sql, to: "script.sql")
        let (end, output, errors) = try Program.run(
            "sqlite3", ["-batch", "-bail", "-cmd", ".timeout 5000", scratch.file(file), ".read '\(script)'"])
        guard end == .exited(0) else { throw TestSupportError("sqlite3: \(errors)") }
        return output
    }

    /// Makes the target tables for which `check` asks, in its own words.
    private static func createTargets(_ configuration: String, _ scratch: ScratchFolder, count: Int) throws {
        let check = try ReplicatorProcess.run(["check", "-c", configuration])
        #expect(check.end == .exited(3))
        var made = 0
        for (sink, file) in [("sqlite", "target.db"), ("views", "views.db")] {
            // Names may hold a line feed.
            let findings = check.output.components(separatedBy: "\nsink ").filter { $0.hasPrefix("\(sink): ") }
            let statements = findings.compactMap {
                $0.components(separatedBy: "make it, for example: ").dropFirst().last
            }
            try Self.sqlite(statements.joined(separator: "\n"), scratch, file)
            made += statements.count
        }
        #expect(made == count)
        let again = try ReplicatorProcess.run(["check", "-c", configuration])
        #expect(again.end == .exited(0), "\(again.output)")
    }

    /// Runs `body` while `replicator run` replicates, has `verify` wait for it, stops it, and returns what `verify` said.
    private static func replicate(
        _ configuration: String, _ body: () throws -> Void
    ) throws -> (end: ProcessEnd, output: String, errors: String) {
        let run = try ReplicatorProcess.reading(configuration, ["--start", "latest"], pipelines: 4)
        try body()
        let verify = try ReplicatorProcess.run(["verify", "-c", configuration], timeout: 120)
        try run.stop()
        #expect(!run.errors.contains("level=error"), "\(run.errors)")
        return verify
    }
}

// What the targets hold, read by others' programs.
extension TypesFixture {
    /// The target's rows of `table` by the value of `n`: the storage class of each column (`i`, `r`, `t`, `b`; `n` for
    /// NULL) and the value's text or bytes.
    func sqliteRows(_ table: String, _ columns: [ServerColumn]) throws -> [String: [(kind: Character, text: [UInt8]?)]]
    {
        let list = columns.map { column in
            let name =
                "\"\(column.name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
            return """
                CASE typeof(\(name)) WHEN 'null' THEN 'n' WHEN 'real' THEN 'r' || hex(ieee754_to_blob(\(name)))
                ELSE substr(typeof(\(name)), 1, 1) || hex(\(name)) END
                """
        }
        let output = try sqlite(
            "target.db", ".separator | \\n\nSELECT \(list.joined(separator: ", ")) FROM \(Self.quoted(table));")
        var rows: [String: [(kind: Character, text: [UInt8]?)]] = [:]
        for line in output.split(separator: "\n") {
            let row = line.split(separator: "|").map { field in
                let bytes = field == "n" ? nil : Hex.bytes(field.dropFirst().utf8)
                return (kind: field.first ?? "?", text: field.first == "r" ? bytes.map(Self.digits) : bytes)
            }
            rows[String(decoding: row[0].text ?? [], as: UTF8.self)] = row
        }
        return rows
    }

    /// The number whose eight bytes, most significant first, are given.
    private static func digits(_ bytes: [UInt8]) -> [UInt8] {
        Array("\(Double(bitPattern: bytes.reduce(0) { $0 << 8 | UInt64($1) }))".utf8)
    }

    /// `name` as an identifier of SQLite.
    static func quoted(_ name: String) -> String {
        "\"\(name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
    }

    /// All hashes of Redis database 0 but our own, by key: the bytes of each field.
    func redisHashes() throws -> [[UInt8]: [String: [UInt8]]] {
        let reply = try redis.command(
            "EVAL",
            """
            local function hex(text) return (text:gsub('.', function(c) return string.format('%02X', c:byte()) end)) end
            local found = {}
            for _, key in ipairs(redis.call('KEYS', '*')) do
                if key:sub(1, 11) ~= 'replicator:' then
                    local words = redis.call('HGETALL', key)
                    for i = 1, #words do words[i] = hex(words[i]) end
                    found[#found + 1] = {hex(key), words}
                end
            end
            return found
            """, "0")
        var hashes: [[UInt8]: [String: [UInt8]]] = [:]
        for pair in reply.elements {
            let words = pair.elements[1].elements.map { Hex.bytes(($0.string ?? "").utf8) }
            var fields: [String: [UInt8]] = [:]
            for index in stride(from: 0, to: words.count, by: 2) {
                fields[String(decoding: words[index], as: UTF8.self)] = words[index + 1]
            }
            hashes[Hex.bytes((pair.elements[0].string ?? "").utf8)] = fields
        }
        return hashes
    }

    /// All strings of Redis database 1 but our own, by key.
    func redisStrings() throws -> [[UInt8]: [UInt8]] {
        let reply = try redis.command(
            "EVAL",
            """
            local function hex(text) return (text:gsub('.', function(c) return string.format('%02X', c:byte()) end)) end
            local found = {}
            redis.call('SELECT', 1)
            for _, key in ipairs(redis.call('KEYS', '*')) do
                if key:sub(1, 11) ~= 'replicator:' then found[#found + 1] = {hex(key), hex(redis.call('GET', key))} end
            end
            return found
            """, "0")
        var strings: [[UInt8]: [UInt8]] = [:]
        for pair in reply.elements {
            strings[Hex.bytes((pair.elements[0].string ?? "").utf8)] = Hex.bytes((pair.elements[1].string ?? "").utf8)
        }
        return strings
    }

    /// Runs commands in Redis database `number`; keys and values may be any bytes.
    func redis(_ number: Int, _ commands: [[[UInt8]]]) throws {
        // Each word as digits, since a session of the tests takes text only.
        let script = """
            local function bytes(digits) return (digits:gsub('..', function(d) return string.char(tonumber(d, 16)) end)) end
            redis.call('SELECT', ARGV[1])
            local words = {}
            for i = 2, #ARGV do
                if ARGV[i] == '.' then redis.call(unpack(words)) words = {} else words[#words + 1] = bytes(ARGV[i]) end
            end
            """
        let words = commands.flatMap { $0.map { Hex.digits($0) } + ["."] }
        _ = try RedisSession(port: redis.port).command(["EVAL", script, "0", "\(number)"] + words)
    }
}
