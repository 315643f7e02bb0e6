import Foundation
import TestSupport
import Testing

@testable import Replicator

@Suite struct ConfigurationTests {
    private func read(_ text: String) throws(ConfigurationError) -> Configuration {
        try Configuration(file: INIFile(path: "dir/test.conf", text: text))
    }

    /// The one line that the user sees for a file that is refused.
    private func complaint(_ text: String) -> String {
        do {
            _ = try read(text)
            return "accepted"
        } catch {
            return error.description
        }
    }

    private let source = "[source]\nurl = mysql://r@127.0.0.1:3306\n"

    @Test func `a whole file is read`() throws {
        let configuration = try read(
            """
            # a comment
            [replicator]
            state = /var/lib/replicator/state
            transaction-bytes = 16M
            [source]
            url    = mysql://replicator@127.0.0.1:3306
            tables = shop.*, !shop.tmp_*
            server-id-base = 7000
              ; another comment
            [sink  warehouse]
            url      = sqlite:dw.db
            mappings = mappings/
            unmapped = ignore
            lanes    = 4
            triggers = allow
            """)
        #expect(configuration.source.url == "mysql://replicator@127.0.0.1:3306")
        #expect(configuration.source.tables.contains(database: "shop", table: "orders"))
        #expect(!configuration.source.tables.contains(database: "shop", table: "tmp_1"))
        #expect(configuration.source.serverIDBase == 7000)
        #expect(configuration.stateFile == "/var/lib/replicator/state")
        #expect(configuration.transactionByteCount == 16 << 20)
        let sink = try #require(configuration.sinks.first)
        #expect(sink.name == "warehouse")
        #expect(sink.lanes == 4)
        #expect(sink.unmapped == .ignore)
        #expect(sink.options == ["triggers": "allow"])
    }

    @Test func `paths are relative to the file's folder`() throws {
        let configuration = try read(source + "[sink a]\nurl = stdout:")
        #expect(configuration.stateFile == "dir/replicator.state")
    }

    @Test func `values are verbatim: semicolons, hashes and quotes stay`() throws {
        let file = try INIFile(path: "x", text: "[a]\nkey = one; two # \"three\" = four")
        #expect(file.sections[0].entries["key"]?.value == "one; two # \"three\" = four")
    }

    @Test(arguments: [
        ("[source]\nurl = a\nurl = b", "dir/test.conf:3: key \"url\" stands twice in [source] (first in line 2)"),
        ("[source]\nurl = a\ntabels = x.y", "dir/test.conf:3: unknown key \"tabels\" in [source]"),
        ("[source]\nurl = a\n[source]", "dir/test.conf:3: section [source] stands twice (first in line 1)"),
        (
            "[sauce]\nurl = a",
            "dir/test.conf:1: unknown section [sauce]: there are [source], [sink NAME] and [replicator]"
        ),
        ("url = a", "dir/test.conf:1: key \"url\" stands before the first [SECTION]"),
        ("[source", "dir/test.conf:1: a section is [NAME], and the ] is missing"),
        ("[source]\njust words", "dir/test.conf:2: neither a [SECTION] nor KEY = VALUE"),
        ("[source]\ntables = a.b", "dir/test.conf:1: [source] needs url = …"),
        ("[sink a]\nurl = stdout:", "dir/test.conf: section [source] is missing"),
        (
            "[source]\nurl = a",
            "dir/test.conf: there is no [sink NAME] section, so nothing would be replicated"
        ),
        (
            "[source]\nurl = a\ntables = shop",
            "dir/test.conf:3: \"shop\" is not a table pattern: write DATABASE.TABLE, as in shop.*, !shop.tmp_*"
        ),
        (
            "[source]\nurl = a\n[sink x]\nurl = stdout:\nlanes = 0",
            "dir/test.conf:5: lanes is a whole number from 1 to 64, not \"0\""
        ),
        (
            "[source]\nurl = a\n[sink x]\nurl = stdout:\nkey-by = primary-key",
            "dir/test.conf:5: key-by = primary-key is not supported yet; there is table"
        ),
        (
            "[source]\nurl = a\n[sink x]\nurl = stdout:\n[replicator]\ntransaction-bytes = many",
            "dir/test.conf:6: transaction-bytes is a size such as 67108864, 64M or 1G, not \"many\""
        ),
    ])
    func `a mistake is named with its line`(text: String, message: String) {
        #expect(complaint(text) == message)
    }

    @Test func `line ends of Windows, and a byte order mark, change nothing`() throws {
        let scratch = try ScratchFolder()
        let lines = ["# é", "[source]", "url = mysql://r@127.0.0.1:3306", "", "[sink x]", "url = stdout:", "lanes = 2"]
        for mark in ["", "\u{FEFF}"] {
            let path = try scratch.write(mark + lines.joined(separator: "\r\n") + "\r\n", to: "x.conf")
            let configuration = try Configuration(path: path)
            #expect(configuration.source.url == "mysql://r@127.0.0.1:3306")
            #expect(configuration.sinks.first?.lanes == 2)
            _ = try scratch.write(mark + (lines + ["lanes = 3"]).joined(separator: "\r\n"), to: "x.conf")
            let error = #expect(throws: ConfigurationError.self) { try Configuration(path: path) }
            #expect(error?.line == 8)
            let view = try scratch.write(mark + "CREATE VIEW v AS\r\nSELECT id FROM d.t;\r\n", to: "v.sql")
            #expect(try Mappings.load(view).map(\.name) == ["v"])
        }
    }

    /// A wrong value of each key: the section, what stands in it, the line to blame (1: the section's head), and a part
    /// of what is said.
    static let wrong: [(section: String, line: String, says: String)] = [
        ("source", "url = 127.0.0.1", "no source"), ("source", "url = mysql://r@h:99999", "port"),
        ("source", "url = mysql://r@h:0", "port"), ("source", "url = mysql://r@h:x", "port"),
        ("source", "url = mysql://r:pw@h", "password-file"), ("source", "url = mysql://r@h/shop", "shop.*"),
        ("source", "url = mysql://", "host"), ("source", "url = file:", "path"), ("source", "url =", "needs url"),
        ("source", "tables = shop", "pattern"), ("source", "tables = !shop.x", "selects no table"),
        ("source", "tables =", "pattern"), ("source", "password-file = nowhere", "no such file"),
        ("source", "password-file = /", "password-file"), ("source", "server-id-base = -1", "whole number"),
        ("source", "server-id-base = 4294967295", "whole number"), ("source", "heartbeat = 0", "whole number"),
        ("source", "heartbeat = 1.5", "whole number"),
        ("sink x", "url = x.db", "scheme"), ("sink x", "url = ftp://h", "scheme"), ("sink x", "url = sqlite:", "file"),
        ("sink x", "url = stdout:x", "stdout"), ("sink x", "url =", "needs url"),
        ("sink x", "url = redis://h:99999", "port"), ("sink x", "url = redis://h:0", "port"),
        ("sink x", "url = redis://h/x", "database number"), ("sink x", "url = redis://h/-1", "database number"),
        ("sink x", "url = redis://u:pw@h", "password-file"), ("sink x", "url = redis://:6379", "host"),
        ("sink x", "mappings = nowhere", "does not exist"), ("sink x", "mappings = empty", "no mapping file"),
        ("sink x", "unmapped = drop", "copy, ignore"), ("sink x", "unmapped = ignore", "nothing would reach"),
        ("sink x", "lanes = 0", "whole number"), ("sink x", "lanes = 65", "whole number"),
        ("sink x", "key-by = row", "table"), ("sink x", "cascades = yes", "refuse, ignore"),
        ("sink x", "statement-changes = yes", "stop, skip"),
        ("sink x", "timeout = 0", "whole number"), ("sink x", "timeout = soon", "whole number"),
        ("sink x", "key = x", "names no column"), ("sink x", "key = {a", "}"), ("sink x", "key = {a}{b}", "separator"),
        ("sink x", "format = list", "hash or string"), ("sink x", "eviction = maybe", "refuse or allow"),
        ("sink x", "colour = red", "unknown key"), ("sink x", "triggers = allow", "unknown key"),
        ("replicator", "transaction-bytes = 0", "size"), ("replicator", "transaction-bytes = 1K", "at least"),
        ("replicator", "log-format = xml", "text, json"), ("replicator", "colour = red", "unknown key"),
    ]

    @Test(arguments: wrong)
    func `a wrong value is refused with its line before anything is connected`(
        section: String, line: String, says: String
    ) throws {
        let scratch = try ScratchFolder()
        try FileManager.default.createDirectory(atPath: scratch.file("empty"), withIntermediateDirectories: true)
        var text = ""
        for (name, url) in [("source", "mysql://r@127.0.0.1:1"), ("sink x", "redis://127.0.0.1:1"), ("replicator", "")]
        {
            text += "[\(name)]\n"
            if !url.isEmpty, name != section || !line.hasPrefix("url") { text += "url = \(url)\n" }
            if name == section { text += "\(line)\n" }
        }
        let number = try #require(text.split(separator: "\n").firstIndex { $0 == line }) + 1
        let path = try scratch.write(text, to: "x.conf")
        let error = #expect(throws: ConfigurationError.self) { try Configuration(path: path) }
        #expect(error?.file == path)
        // A key without a value is one that is missing from its section.
        #expect(error?.line == (says == "needs url" ? number - 1 : number), "\(error?.description ?? "")")
        #expect(error?.message.contains(says) == true, "\(error?.description ?? "")")
        #expect(error?.message.contains("pw") != true)
    }

    @Test func `a file that does not exist says what to do`() {
        #expect(throws: ConfigurationError.self) { try Configuration(path: "/nonexistent/replicator.conf") }
    }

    @Test func `lines over 64 KiB are refused, and those under are not cut`() throws {
        let value = String(repeating: "x", count: 60_000)
        let file = try INIFile(path: "x", text: "[a]\nkey = \(value)")
        #expect(file.sections[0].entries["key"]?.value.count == 60_000)
        #expect(throws: ConfigurationError.self) {
            try INIFile(path: "x", text: "[a]\nkey = \(value)\(value)")
        }
    }
}

@Suite struct TablePatternsTests {
    @Test(arguments: [
        ("shop.*", "shop", "orders", true), ("shop.*", "shop2", "orders", false), ("*.*", "a", "b", true),
        ("shop.o*s", "shop", "orders", true), ("shop.o*s", "shop", "order", false),
        ("shop.*, !shop.tmp_*", "shop", "tmp_1", false), ("shop.*, !shop.tmp_*", "shop", "tmpx1", true),
        ("shop.t_", "shop", "ta", false), ("shop.t%", "shop", "tab", false), ("*.*", "mysql", "user", false),
        ("*.*", "information_schema", "x", false), ("shop_*.orders_*", "shop_1", "orders_2024", true),
        ("*.*", "dw", "replicator_checkpoint", false),
        ("*.*", "dw", "replicator_pipeline", false), ("*.*", "dw", "replicator_checkpoints", true),
        ("s*h*p.*", "shhp", "t", true), ("shop.a*a", "shop", "a", false),
    ])
    func `the star is the only wildcard`(pattern: String, database: String, table: String, expected: Bool) throws {
        #expect(try TablePatterns(pattern).contains(database: database, table: table) == expected)
    }

    @Test(arguments: ["", "shop", "a.b.c", "a.,b.c", "!shop.x", "a.b,,c.d"])
    func `what is no pattern is refused`(text: String) {
        #expect(throws: ConfigurationError.self) { try TablePatterns(text) }
    }
}
