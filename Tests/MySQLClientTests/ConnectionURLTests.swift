import Testing

@testable import MySQLClient

@Suite struct ConnectionURLTests {
    @Test func `all parts are read`() throws {
        let options = try ConnectionOptions(url: "mysql://cdc@db.example:3307/shop?socket=/run/my%20sql.sock")
        #expect(options.user == "cdc")
        #expect(options.host == "db.example")
        #expect(options.port == 3307)
        #expect(options.database == "shop")
        #expect(options.socket == "/run/my sql.sock")
        #expect(options.password == nil)
    }

    @Test func `missing parts have defaults`() throws {
        let options = try ConnectionOptions(url: "mysql://127.0.0.1")
        #expect(options.user.isEmpty)
        #expect(options.host == "127.0.0.1")
        #expect(options.port == 3306)
        #expect(options.database == nil)
        #expect(try ConnectionOptions(url: "mysql://u@?socket=/s").socket == "/s")
        #expect(try ConnectionOptions(url: "mysql:///d?socket=/s").database == "d")
    }

    @Test(arguments: [
        ("mysql://u@[::1]:3307", "::1", 3307), ("mysql://[fe80::1]/d", "fe80::1", 3306),
    ])
    func `an IPv6 address stands in brackets`(url: String, host: String, port: UInt16) throws {
        let options = try ConnectionOptions(url: url)
        #expect(options.host == host)
        #expect(options.port == port)
        #expect(options.description.hasSuffix("[\(host)]:\(port)"))
    }

    @Test func `parts are percent-decoded`() throws {
        let options = try ConnectionOptions(url: "mysql://a%40b%3Ac@h/d%C3%A9")
        #expect(options.user == "a@b:c")
        #expect(options.database == "dé")
    }

    @Test(arguments: [
        "mysql://u:secret@h", "mysql://u:@h", "mysql://u:sec/ret@h", "mysql://u:secret@h:1/d?socket=/s",
        "mysql://u:secret", "mysql://u:1/sec/ret@h", "mysql://u:sec?ret=sec@h", "mysql://u:sec:sec/ret@h",
        "mysql://u:sec?sec@h",
    ])
    func `a password is refused and never repeated`(url: String) {
        let error = #expect(throws: ConnectionURLError.self) { try ConnectionOptions(url: url) }
        #expect(error?.description.contains("sec") == false)
    }

    @Test func `several hosts by commas, in their order, with all else in common`() throws {
        let hosts = try ConnectionOptions.hosts(
            url: "mysql://cdc@db1:3307,[::1]:3308,db3?ssl-mode=REQUIRED&compress=yes")
        #expect(hosts.map(\.description) == ["cdc@db1:3307", "cdc@[::1]:3308", "cdc@db3:3306"])
        #expect(hosts.allSatisfy { $0.tls.mode == .required && $0.compresses })
        #expect(try ConnectionOptions.hosts(url: "mysql://cdc@db1/d").map(\.database) == ["d"])
    }

    @Test(arguments: [
        "mysql://a,", "mysql://a,,b", "mysql://,a", "mysql://a,a:3306", "mysql://a,b?socket=/s", "mysql://u:p@a,b",
        "mysql://[::1,b", "mysql://a?compress=maybe",
    ])
    func `a list that is none is refused, and so are several hosts where one is taken`(url: String) {
        #expect(throws: ConnectionURLError.self) { try ConnectionOptions.hosts(url: url) }
        #expect(throws: ConnectionURLError.self) { try ConnectionOptions(url: "mysql://a,b") }
    }

    @Test func `the error for a password names the other places`() {
        let error = #expect(throws: ConnectionURLError.self) { try ConnectionOptions(url: "mysql://u:p@h") }
        #expect(error?.description.contains("password-file") == true)
        #expect(error?.description.contains("~/.my.cnf") == true)
    }

    @Test(arguments: [
        "", "postgres://h", "mysql:/h", "mysql://", "mysql://u@", "mysql://h:", "mysql://h:0", "mysql://h:65536",
        "mysql://h:x", "mysql://::1", "mysql://[::1", "mysql://[::1]x", "mysql://h/a/b", "mysql://h?ssl=1",
        "mysql://h?socket=", "mysql://h/%4", "mysql://h/%zz", "mysql://h/%ff", "mysql://h/%00",
    ])
    func `what is no URL of a server is refused`(url: String) {
        #expect(throws: ConnectionURLError.self) { try ConnectionOptions(url: url) }
    }
}
