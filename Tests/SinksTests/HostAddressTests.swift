import Testing

@testable import Sinks

struct HostAddressTests {
    @Test(arguments: ["localhost", "LocalHost", "127.0.0.1", "::1"])
    func `the usual names of this machine are one`(host: String) {
        #expect(HostAddress.text(host, 1) == "localhost:1")
    }

    @Test(arguments: ["127.0.0.2", "127.example.org", "127.0.0.10"])
    func `what only looks like them is a host of its own`(host: String) {
        #expect(HostAddress.text(host, 1) == "\(host):1")
    }
}
