import Testing

@testable import Sinks

struct JSONMembersTests {
    private func parse(_ text: String) -> JSONMembers? { JSONMembers(Array(text.utf8)) }

    @Test func `values keep their digits, bytes and white space`() throws {
        let members = try #require(
            parse(#" { "a" : 18446744073709551615 , "b":"x\"\\\n\u00e9\ud83d\ude00", "c":null,"d":{"e":[1,"}"]} } "#))
        #expect(members["a"]?.value == .raw(Array("18446744073709551615".utf8)))
        #expect(members["b"]?.value == .string(Array("x\"\\\né😀".utf8)))
        #expect(members["c"]?.value == .null)
        #expect(members["d"]?.raw == Array(#"{"e":[1,"}"]} "#.utf8))
        #expect(members["e"] == nil)
        #expect(parse("{}")?.members.isEmpty == true)
    }

    @Test func `every truncation is refused and none traps`() {
        let text = Array(#"{"a":{"b":[1,2]},"c":"\u00e9\ud83d\ude00","d":-1.5e3}"#.utf8)
        #expect(JSONMembers(text) != nil)
        for count in 0..<text.count { #expect(JSONMembers(Array(text.prefix(count))) == nil) }
    }

    @Test(arguments: [
        "", "[]", "1", #"{"a":}"#, #"{"a" 1}"#, #"{"a":1,}"#, "{a:1}", #"{"a":1}x"#, #"{"a":"\ud800x"}"#,
        #"{"a":"\u00g0"}"#,
    ])
    func `what is no object is refused`(text: String) {
        #expect(parse(text) == nil)
    }

    @Test(arguments: [
        ("", [UInt8]()), ("AA==", [0]), ("AAA=", [0, 0]), ("/+8A", [0xFF, 0xEF, 0]), ("AAAAAQ==", [0, 0, 0, 1]),
    ])
    func `base64 is decoded`(text: String, bytes: [UInt8]) {
        #expect(Base64Bytes.decode(Array(text.utf8)) == bytes)
    }

    @Test(arguments: ["A", "AA=", "A===", "====", "AA==AA==", "AA=A", "A!AA"])
    func `what is no base64 is refused`(text: String) {
        #expect(Base64Bytes.decode(Array(text.utf8)) == nil)
    }
}
