import Foundation

/// Certificates for a server of the tests and its clients, made with the `openssl` program: an authority's, and those that
/// it signed.
public final class TestCertificates: Sendable {
    private let scratch: ScratchFolder

    public init() throws {
        scratch = try ScratchFolder()
        for authority in ["authority", "other-authority"] {
            try openssl(
                ["req", "-x509", "-nodes", "-keyout", "\(authority).key", "-out", "\(authority).pem", "-days", "2"]
                    + Self.newKey + ["-subj", "/CN=\(authority)"])
            // A folder of one, under the name by which OpenSSL looks for it.
            let folder = scratch.file("\(authority)-folder")
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                atPath: scratch.file("\(authority).pem"), toPath: "\(folder)/\(authority).pem")
            try openssl(["rehash", folder])
        }
        try request("server")
        try sign("server", of: "DNS:localhost,IP:127.0.0.1", days: 2)
        try sign("expired", of: "DNS:localhost,IP:127.0.0.1", days: -1)
        try sign("elsewhere", of: "DNS:elsewhere.example", days: 2)
        try request("client")
        try sign("client", "client", of: "DNS:client.example", days: 2)
        try sign("expired-client", "client", of: "DNS:client.example", days: -1)
        try sign("strange-server", by: "other-authority", of: "DNS:localhost,IP:127.0.0.1", days: 2)
        try sign("strange-client", "client", by: "other-authority", of: "DNS:client.example", days: 2)
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
    /// Of localhost and 127.0.0.1, valid now, signed by the other authority.
    public var strangeServer: String { scratch.file("strange-server.pem") }
    /// The key of these four.
    public var key: String { scratch.file("server.key") }
    /// A folder of the certificate of `authority`, as `ssl-capath` wants it.
    public var authorityFolder: String { scratch.file("authority-folder") }
    /// Likewise, of `otherAuthority`.
    public var otherAuthorityFolder: String { scratch.file("other-authority-folder") }
    /// Of a client, valid now.
    public var client: String { scratch.file("client.pem") }
    /// Likewise, until yesterday.
    public var expiredClient: String { scratch.file("expired-client.pem") }
    /// Likewise, valid now, signed by the other authority.
    public var strangeClient: String { scratch.file("strange-client.pem") }
    /// The key of these three.
    public var clientKey: String { scratch.file("client.key") }

    /// A certificate of localhost and 127.0.0.1, and of the key of the others, that expires in so many seconds: for servers
    /// that would not load one that has.
    public func expiring(inSeconds seconds: Double) throws -> String {
        try scratch.write(
            """
            [ca]
            default_ca = default
            [default]
            database = index.txt
            serial = serial
            new_certs_dir = .
            default_md = sha256
            unique_subject = no
            policy = policy
            x509_extensions = extensions
            [policy]
            commonName = supplied
            [extensions]
            subjectAltName = DNS:localhost,IP:127.0.0.1

            """, to: "ca.conf")
        try scratch.write("", to: "index.txt")
        var end = time_t(Date().timeIntervalSince1970 + seconds)
        var parts = tm()
        gmtime_r(&end, &parts)
        var text = [CChar](repeating: 0, count: 32)
        strftime(&text, text.count, "%Y%m%d%H%M%SZ", &parts)
        let ends = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        try openssl(
            [
                "ca", "-batch", "-config", "ca.conf", "-rand_serial", "-notext", "-in", "server.csr", "-out",
                "expiring.pem",
            ]
                + ["-cert", "authority.pem", "-keyfile", "authority.key"]
                + ["-startdate", "20200101000000Z", "-enddate", ends])
        return scratch.file("expiring.pem")
    }

    private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]

    /// Makes a key, and asks for certificates of it.
    private func request(_ name: String) throws {
        try openssl(
            ["req", "-nodes", "-keyout", "\(name).key", "-out", "\(name).csr", "-subj", "/CN=\(name)"] + Self.newKey)
    }

    /// Makes the certificate `name` of the key of `owner`.
    private func sign(
        _ name: String, _ owner: String = "server", by authority: String = "authority", of hosts: String, days: Int
    ) throws {
        try scratch.write("subjectAltName=\(hosts)\n", to: "\(name).ext")
        try openssl(
            ["x509", "-req", "-in", "\(owner).csr", "-CA", "\(authority).pem", "-CAkey", "\(authority).key"]
                + ["-CAcreateserial", "-out", "\(name).pem", "-days", "\(days)", "-extfile", "\(name).ext"])
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
