import Foundation

/// Certificates for a server of the tests, made with the `openssl` program: an authority's, and those that it signed.
public final class TestCertificates: Sendable {
    private let scratch: ScratchFolder

    public init() throws {
        scratch = try ScratchFolder()
        for authority in ["authority", "other-authority"] {
            try openssl(
                ["req", "-x509", "-nodes", "-keyout", "\(authority).key", "-out", "\(authority).pem", "-days", "2"]
                    + ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=\(authority)"])
        }
        try openssl(
            ["req", "-nodes", "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=server"]
                + ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"])
        try sign("server", of: "DNS:localhost,IP:127.0.0.1", days: 2)
        try sign("expired", of: "DNS:localhost,IP:127.0.0.1", days: -1)
        try sign("elsewhere", of: "DNS:elsewhere.example", days: 2)
    }

    /// The certificate of the authority that signed all the others.
    public var authority: String { scratch.file("authority.pem") }
    /// One that signed none.
    public var otherAuthority: String { scratch.file("other-authority.pem") }
    /// Of localhost and 127.0.0.1, valid now.
    public var server: String { scratch.file("server.pem") }
    /// Likewise, until yesterday.
    public var expired: String { scratch.file("expired.pem") }
    /// Of another host.
    public var elsewhere: String { scratch.file("elsewhere.pem") }
    /// The key of these three.
    public var key: String { scratch.file("server.key") }

    private func sign(_ name: String, of hosts: String, days: Int) throws {
        try scratch.write("subjectAltName=\(hosts)\n", to: "\(name).ext")
        try openssl(
            ["x509", "-req", "-in", "server.csr", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial"]
                + ["-out", "\(name).pem", "-days", "\(days)", "-extfile", "\(name).ext"])
    }

    private func openssl(_ arguments: [String]) throws {
        let log = scratch.file("openssl.log")
        let process = try ChildProcess(
            "/bin/sh",
            [
                "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", scratch.path,
                Programs.find("openssl", package: "openssl"),
            ]
                + arguments,
            output: log, errors: log)
        guard try process.wait(timeout: 60) == .exited(0) else {
            throw TestSupportError("openssl \(arguments[0]) failed:\n\(ServerDaemon.tail(of: log))")
        }
    }
}
