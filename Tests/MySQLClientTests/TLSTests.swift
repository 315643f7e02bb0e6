import Foundation
import TestSupport
import Testing

@testable import MySQLClient

/// Encrypted sessions, and how accounts log in with and without them.
@Suite(.serialized) struct TLSTests {
    /// Its certificate is the tests' to change.
    private static let server = Result { try MySQLServer() }
    private static let certificates = Result { try TestCertificates() }

    private let server: MySQLServer
    private let certificates: TestCertificates

    init() throws {
        server = try Self.server.get()
        certificates = try Self.certificates.get()
    }

    private func options(_ mode: TLSOptions.Mode?, authority: String? = nil) -> ConnectionOptions {
        var options = server.connectionOptions
        options.tls.chosenMode = mode
        options.tls.authorities = authority
        return options
    }

    private func present(_ certificate: String) throws {
        try server.execute(
            """
            SET GLOBAL ssl_ca = '\(certificates.authority)'; SET GLOBAL ssl_cert = '\(certificate)';
            SET GLOBAL ssl_key = '\(certificates.key)'; ALTER INSTANCE RELOAD TLS
            """)
    }

    @Test(arguments: [TLSOptions.Mode.disabled, .preferred, .required])
    func `caching_sha2_password lets in by the whole exchange, and then by the quick one`(mode: TLSOptions.Mode) throws
    {
        let user = "sha2_\(mode.rawValue.lowercased())"
        let password = String(repeating: "p4ß 'w\"ord", count: 12)
        try server.execute(
            "CREATE USER \(user)@'%' IDENTIFIED WITH caching_sha2_password BY '\(password.replacing("'", with: "''"))'")
        var options = options(mode)
        options.user = user
        options.password = password
        // The server forgets what it knows from earlier logins.
        try server.execute("FLUSH PRIVILEGES")
        for _ in 0..<2 {
            let connection = try Connection(options)
            #expect((connection.cipher != nil) == (mode != .disabled))
            #expect(try connection.query("SELECT CURRENT_USER()").text(0, 0) == "\(user)@%")
        }
        options.password = password + "x"
        for _ in 0..<2 {
            let error = #expect(throws: MySQLError.self) { try Connection(options) }
            #expect(error?.code == 1045)
        }
        options.password = ""
        #expect(throws: MySQLError.self) { try Connection(options) }
    }

    @Test func `an account may require TLS, and one with no password needs none`() throws {
        try server.execute("CREATE USER encrypted@'%' IDENTIFIED BY 's3cret' REQUIRE SSL; CREATE USER open@'%'")
        var options = options(.disabled)
        options.user = "open"
        #expect(try Connection(options).cipher == nil)
        (options.user, options.password) = ("encrypted", "s3cret")
        let error = #expect(throws: MySQLError.self) { try Connection(options) }
        #expect(error?.code == 1045)
        options.tls.chosenMode = nil
        #expect(try Connection(options).cipher != nil)
    }

    @Test func `a certificate is looked at as far as the mode says`() throws {
        try present(certificates.server)
        for mode in TLSOptions.Mode.allCases {
            let connection = try Connection(options(mode, authority: certificates.authority))
            #expect((connection.cipher != nil) == (mode != .disabled), "\(mode)")
            #expect(try connection.query("SHOW STATUS LIKE 'Ssl_cipher'").text(0, 1) == connection.cipher ?? "")
        }
        // With an authority, and no mode.
        #expect(try Connection(options(nil, authority: certificates.authority)).cipher != nil)
        #expect(throws: MySQLError.self) { try Connection(options(nil, authority: certificates.otherAuthority)) }
        // Without verification, anybody's will do.
        for mode in [TLSOptions.Mode.preferred, .required] {
            #expect(try Connection(options(mode, authority: certificates.otherAuthority)).cipher != nil)
        }
    }

    @Test func `a certificate that is not right is one line that says why`() throws {
        func expect(_ options: ConnectionOptions, saying text: String) {
            let error = #expect(throws: MySQLError.self) { try Connection(options) }
            #expect(error?.code == 2026, "\(error?.description ?? "")")
            #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
            #expect(error?.description.contains("\n") == false)
            // To try again would not help.
            #expect(error?.isUnreachable == false && error?.isConnectionLost == false)
        }
        try present(certificates.server)
        for mode in [TLSOptions.Mode.verifyCA, .verifyIdentity] {
            expect(
                options(mode, authority: certificates.otherAuthority), saying: "not signed by an authority in ssl-ca")
        }
        // MySQL would not load it.
        let late = try MariaDBServer(options: ["--ssl-cert=\(certificates.expired)", "--ssl-key=\(certificates.key)"])
        var toLate = late.connectionOptions
        toLate.tls.authorities = certificates.authority
        for mode in [TLSOptions.Mode.verifyCA, .verifyIdentity] {
            toLate.tls.chosenMode = mode
            expect(toLate, saying: "renew the server's certificate")
        }
        toLate.tls.chosenMode = .required
        #expect(try Connection(toLate).cipher != nil)
        try present(certificates.elsewhere)
        expect(options(.verifyIdentity, authority: certificates.authority), saying: "of another host")
        #expect(try Connection(options(.verifyCA, authority: certificates.authority)).cipher != nil)
    }

    @Test func `a server without TLS is taken where TLS is only preferred`() throws {
        let plain = try MariaDBServer.shared()
        var options = plain.connectionOptions
        #expect(options.tls.mode == .preferred)
        #expect(try Connection(options).cipher == nil)
        options.tls.chosenMode = .required
        let error = #expect(throws: MySQLError.self) { try Connection(options) }
        #expect(error?.description.contains("the server offers no TLS") == true, "\(error?.description ?? "")")
    }

    @Test func `a Unix socket is encrypted only where that is asked for`() throws {
        var options = options(nil)
        options.socket = server.socket
        #expect(try Connection(options).cipher == nil)
        options.tls.chosenMode = .required
        #expect(try Connection(options).cipher != nil)
    }

    @Test func `options come from the URL, and are checked before anybody connects`() throws {
        let options = try ConnectionOptions(url: "mysql://a@h/d?ssl-mode=verify_identity&ssl-ca=%2Fca.pem&socket=/s")
        #expect(options.tls.mode == .verifyIdentity)
        #expect(options.tls.authorities == "/ca.pem")
        #expect(options.socket == "/s")
        let unknown = #expect(throws: ConnectionURLError.self) { try ConnectionOptions(url: "mysql://h?ssl-mode=YES") }
        #expect(
            unknown?.description
                == "ssl-mode is one of DISABLED, PREFERRED, REQUIRED, VERIFY_CA, VERIFY_IDENTITY")
        func fault(_ options: [String: String]) throws -> String? {
            var tls = TLSOptions()
            for (name, value) in options { try tls.set(name, value) }
            return #expect(throws: TLSOptionError.self) { try tls.check() }?.description
        }
        #expect(try fault(["ssl-mode": "VERIFY_CA"])?.contains("needs ssl-ca") == true)
        #expect(try fault(["ssl-cert": certificates.server])?.contains("belong together") == true)
        #expect(try fault(["ssl-ca": "/nowhere/ca.pem"]) == "ssl-ca /nowhere/ca.pem: No such file or directory")
    }
}
