import Testing

@testable import Replicator

@Suite struct SourceLocationTests {
    @Test(arguments: [
        "mariadb://cdc:s3cret@db:3306", "mysql:cdc:s3cret@db", "cdc:s3cret@db", "s3cret://", "postgres://s3cret",
    ])
    func `what is no source is refused without what may be its password`(url: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try Replicator.SourceLocation(url, passwordFile: nil)
        }
        let scheme = url.prefix { $0 != ":" }
        #expect(error?.message.dropFirst(scheme.count + 1).contains("s3cret") == false)
        #expect(error?.message.hasPrefix("\"\(scheme)") == true)
    }
}
