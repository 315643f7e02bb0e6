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
        ("*.*", "dw", "replicator_checkpoint", false), ("s*h*p.*", "shhp", "t", true), ("shop.a*a", "shop", "a", false),
    ])
    func `the star is the only wildcard`(pattern: String, database: String, table: String, expected: Bool) throws {
        #expect(try TablePatterns(pattern).contains(database: database, table: table) == expected)
    }

    @Test(arguments: ["", "shop", "a.b.c", "a.,b.c", "!shop.x", "a.b,,c.d"])
    func `what is no pattern is refused`(text: String) {
        #expect(throws: ConfigurationError.self) { try TablePatterns(text) }
    }
}
