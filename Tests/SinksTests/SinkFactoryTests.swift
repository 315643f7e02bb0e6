import Testing

@testable import Sinks

struct SinkFactoryTests {
    private func make(_ url: String, _ options: [String: String] = [:]) throws -> any Sink {
        var options = SinkOptions(options)
        return try SinkFactory.makeSink(url: url, options: &options, baseDirectory: "/etc/replicator")
    }

    @Test(arguments: [
        ("sqlite:target.db", "sqlite:/etc/replicator/target.db"),
        ("sqlite:/var/target.db", "sqlite:/var/target.db"),
        ("sqlite:///var/target.db", "sqlite:/var/target.db"),
        ("redis://h/3", "redis://h:6379/3"),
        ("mysql://u@h:3307/d", "mysql://u@h:3307/d"),
        ("kafka://h", "kafka://h:9092"),
        ("stdout:", "stdout:"),
    ])
    func `a URL makes its sink`(url: String, label: String) throws {
        #expect(try make(url).label == label)
    }

    @Test(arguments: ["postgres://h/d", "clickhouse://h", "file:x", "rediss://h"])
    func `a scheme that is to come says so`(url: String) {
        let error = #expect(throws: SinkError.self) { try make(url) }
        #expect(error?.message.contains("not supported yet") == true)
        #expect(error?.disposition == .fatal)
    }

    @Test(arguments: ["sqlite:", "sqlite::memory:", "sqlite://host/x", "redis", "oracle:x", ""])
    func `a bad URL is one clear line`(url: String) {
        let error = #expect(throws: SinkError.self) { try make(url) }
        #expect(error?.message.contains("sqlite:PATH") == true)
        #expect(error?.message.contains("\n") == false)
    }

    @Test func `a password in a URL is not repeated by any of them`() {
        for url in ["redis://:secret@h", "mysql://u:secret@h/d", "x://u:secret@h", "secret"] {
            let error = #expect(throws: SinkError.self) { try make(url) }
            #expect(error?.message.contains("secret") == false)
        }
    }

    @Test func `options that a sink does not know are left over`() throws {
        var options = SinkOptions(["triggers": "allow", "topic": "x"])
        _ = try SinkFactory.makeSink(url: "sqlite:t.db", options: &options, baseDirectory: "/")
        #expect(options.remaining == ["topic": "x"])
    }
}
