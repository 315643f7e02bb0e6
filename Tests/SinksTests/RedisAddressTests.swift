import Testing

@testable import Sinks

struct RedisAddressTests {
    @Test(arguments: [
        ("//h", "redis://h:6379/0"),
        ("//127.0.0.1:6380/3", "redis://127.0.0.1:6380/3"),
        ("//ann@h/", "redis://ann@h:6379/0"),
        ("//[::1]:7", "redis://[::1]:7/0"),
        ("//[::1]", "redis://[::1]:6379/0"),
    ])
    func `a URL is read`(rest: String, label: String) throws {
        #expect(try RedisAddress(url: rest).label == label)
    }

    @Test(arguments: [
        "", "h", "//", "//:6379", "//h:", "//h:0", "//h:65536", "//h:x", "//h/x", "//h/-1", "//[::1", "//[::1]7",
    ])
    func `a bad URL is refused in one line`(rest: String) {
        let error = #expect(throws: SinkError.self) { try RedisAddress(url: rest) }
        #expect(error?.disposition == .fatal)
        #expect(error?.message.contains("\n") == false)
    }

    @Test(arguments: ["//ann:secret", "//h/0?password=secret", "//[::1]secret", "//h:1:secret"])
    func `what could be a password is not repeated`(rest: String) {
        let error = #expect(throws: SinkError.self) { try RedisAddress(url: rest) }
        #expect(error?.message.contains("secret") == false)
    }

    @Test(arguments: ["//:secret@h", "//ann:secret@h:1/0", "//:se:cret@h/x", "//ann:sec@ret@h"])
    func `a password in a URL is refused, and not repeated`(rest: String) {
        let error = #expect(throws: SinkError.self) { try RedisAddress(url: rest) }
        #expect(error?.message.contains("password-file") == true)
        #expect(error?.message.contains("REDISCLI_AUTH") == true)
        #expect(error?.message.contains("sec") == false)
    }
}
