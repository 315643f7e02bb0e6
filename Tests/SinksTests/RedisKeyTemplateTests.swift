import Rows
import TestSupport
import Testing

@testable import Sinks

struct RedisKeyTemplateTests {
    let table = Table("users", [("id", .varchar), ("kind", .varchar), ("name", .varchar)], keyCount: 2)

    private func key(_ template: String, _ values: [String?], _ table: Table? = nil) throws -> String? {
        let layout = try RedisKeyLayout(RedisKeyTemplate(template), for: table ?? self.table)
        var key: [UInt8] = []
        guard layout.appendKey(of: values.map { $0.map { Array($0.utf8) } }, to: &key) else { return nil }
        #expect(layout.canMake(key))
        return String(decoding: key, as: UTF8.self)
    }

    @Test func `the standard key is the table and its key columns`() throws {
        let template = RedisKeyTemplate(standardFor: table)
        #expect(template.text == "{table}:{id}:{kind}")
        #expect(try key(template.text, ["7", "a", "x"]) == "users:7:a")
        #expect(try RedisKeyTemplate(template.text) == template)
    }

    @Test func `names are filled in and braces can be written`() throws {
        #expect(try key("{database}/{table}#{id}.{kind}!", ["7", "a", "x"]) == "shop/users#7.a!")
        #expect(try key("{{{id}}}:{kind}", ["7", "a", "x"]) == "{7}:a")
        #expect(try key("{id}", [nil, "a", "x"]) == nil)
    }

    @Test func `a value that another follows cannot run into it`() throws {
        #expect(try key("{id}:{kind}", ["a:b", "c", ""]) == "a%3Ab:c")
        #expect(try key("{id}:{kind}", ["a", "b:c", ""]) == "a:b:c")
        #expect(try key("{id}:{kind}", ["a%3Ab", "c", ""]) == "a%253Ab:c")
        #expect(try key("{id}::{kind}s", ["a:", "", ""]) == "a%3A::s")
        // A single value stands as it is.
        #expect(try key("users:{id}", ["a:b%", "", ""]) == "users:a:b%")
        let odd = Table("a:b", [("id", .varchar)])
        #expect(try key("{table}:{id}", ["c"], odd) == "a%3Ab:c")
    }

    @Test func `different keys of rows never make the same key`() throws {
        var random = SeededRandom("Redis keys")
        let alphabet = [":", "%", "3", "A", "a", ""]
        var rows: [String: [String]] = [:]
        for _ in 0..<20_000 {
            let values = (0..<3).map { _ in (0..<4).map { _ in alphabet.randomElement(using: &random) ?? "" }.joined() }
            let name = try #require(try key("{id}:{kind}:%{name}", values))
            if let other = rows.updateValue(values, forKey: name) { #expect(other == values) }
        }
    }

    @Test(arguments: [
        ("users", "names no column"), ("{id}{kind}", "must be a separator"), ("{id}x{kind}", "must be a separator"),
        ("{id}%{kind}", "must be a separator"), ("{id}é{kind}", "must be a separator"), ("{id", "without a name and }"),
        ("{}:{id}", "without a name and }"), ("id}", "without {"),
    ])
    func `a template that could mix rows up is refused`(text: String, message: String) {
        let error = #expect(throws: SinkError.self) { try RedisKeyTemplate(text) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("key = \(text)") == true)
    }

    @Test func `the pattern takes its own text literally`() throws {
        let layout = try RedisKeyLayout(RedisKeyTemplate("a*[b]?\\^-{{{id}}}:{kind}"), for: table)
        #expect(String(decoding: layout.pattern, as: UTF8.self) == "a\\*\\[b\\]\\?\\\\\\^\\-{*}:*")
    }

    @Test func `keys of others are told apart`() throws {
        let layout = try RedisKeyLayout(RedisKeyTemplate("{table}:{id}:{kind}!"), for: table)
        for key in ["users:a:b!", "users:::!", "users:a:b:c!!"] { #expect(layout.canMake(Array(key.utf8))) }
        for key in ["users:a", "users:a:b", "user:a:b!", "users:a!", ""] {
            #expect(!layout.canMake(Array(key.utf8)))
        }
    }
}
