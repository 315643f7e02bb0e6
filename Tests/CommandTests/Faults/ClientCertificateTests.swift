import Foundation
import TestSupport
import Testing

/// Accounts that require a certificate, and folders of authorities: `ssl-cert`, `ssl-key` and `ssl-capath`, of sources and of
/// targets.
@Suite(.serialized) struct ClientCertificateTests {
    private let certificates: TestCertificates
    private let scratch: ScratchFolder

    init() throws {
        certificates = try TestCertificates()
        scratch = try ScratchFolder()
        _ = try scratch.write("s3cret\n", to: "password")
    }

    private func server(_ kind: ServerKind) throws -> any DatabaseServer {
        let server = try kind.start(options: [
            "--ssl-ca=\(certificates.authority)", "--ssl-cert=\(certificates.server)",
            "--ssl-key=\(certificates.key)",
        ])
        try server.execute(
            "CREATE DATABASE d; CREATE TABLE d.t (id INT PRIMARY KEY); INSERT INTO d.t VALUES (1); "
                + "CREATE DATABASE copy; CREATE TABLE copy.t (id INT PRIMARY KEY); "
                + "CREATE USER cdc@'%' IDENTIFIED BY 's3cret' REQUIRE X509; "
                + "GRANT REPLICATION SLAVE, REPLICATION CLIENT, SELECT ON *.* TO cdc@'%'; "
                + "GRANT ALL ON copy.* TO cdc@'%'")
        return server
    }

    private var own: [String] { ["ssl-cert=\(certificates.client)", "ssl-key=\(certificates.clientKey)"] }

    @Test(arguments: ServerKind.allCases)
    func `an account that requires one is let in with it, and says what to do without`(kind: ServerKind) throws {
        let server = try server(kind)
        func tail(_ options: [String]) throws -> (end: ProcessEnd, output: String, errors: String) {
            try ReplicatorProcess.run([
                "tail", "mysql://cdc@127.0.0.1:\(server.port)?" + options.joined(separator: "&"), "--password-file",
                scratch.file("password"), "--start", "earliest", "--until", "latest",
            ])
        }
        for options in [
            own, own + ["ssl-mode=VERIFY_IDENTITY", "ssl-ca=\(certificates.authority)"],
            own + ["ssl-mode=VERIFY_IDENTITY", "ssl-capath=\(certificates.authorityFolder)"],
            // With a folder and no mode, as with a file.
            own + ["ssl-capath=\(certificates.authorityFolder)"],
        ] {
            let (end, output, errors) = try tail(options)
            #expect(end == .exited(0) && errors.isEmpty, "\(options): \(errors)")
            #expect(output.contains("\"id\":1"))
        }
        func expect(_ options: [String], toSay text: String) throws {
            let (end, output, errors) = try tail(options)
            #expect(end == .exited(1) && output.isEmpty, "\(errors)")
            #expect(errors.contains(text) && errors.split(separator: "\n").count == 1, "\(options): \(errors)")
            #expect(!errors.contains("s3cret"))
        }
        try expect(["ssl-mode=REQUIRED"], toSay: "set ssl-cert and ssl-key")
        try expect(own + ["ssl-mode=DISABLED"], toSay: "set ssl-mode = REQUIRED")
        try expect(
            ["ssl-cert=\(certificates.client)", "ssl-key=\(certificates.key)"],
            toSay: "ssl-key is not the key of ssl-cert")
        try expect(
            ["ssl-cert=\(certificates.clientKey)", "ssl-key=\(certificates.clientKey)"], toSay: "files in PEM format")
        for refused in [certificates.strangeClient, certificates.expiredClient] {
            try expect(
                ["ssl-cert=\(refused)", "ssl-key=\(certificates.clientKey)"],
                toSay: "the server refuses our certificate (ssl-cert)")
        }
        for folder in [certificates.otherAuthorityFolder, scratch.path] {
            try expect(own + ["ssl-capath=\(folder)"], toSay: "not signed by an authority in ssl-ca")
        }
    }

    @Test(arguments: ServerKind.allCases)
    func `a source and a target are read and written with them, by the keys of the configuration`(
        kind: ServerKind
    ) throws {
        let (source, target) = (try server(kind), try server(kind))
        func configuration(_ sourceKeys: [String], _ sinkKeys: [String]) throws -> String {
            try scratch.write(
                """
                [source]
                url = mysql://cdc@127.0.0.1:\(source.port)
                password-file = password
                tables = d.*
                \(sourceKeys.joined(separator: "\n"))
                [sink copy]
                url = mysql://cdc@127.0.0.1:\(target.port)/copy
                password-file = password
                \(sinkKeys.joined(separator: "\n"))

                """, to: "replicator.conf")
        }
        let all = own + ["ssl-mode=VERIFY_IDENTITY", "ssl-capath=\(certificates.authorityFolder)"]
        let path = try configuration(all, all)
        let check = try ReplicatorProcess.run(["check", "-c", path])
        #expect(check.end == .exited(0), "\(check.output)\(check.errors)")
        let (end, _, errors) = try ReplicatorProcess.run(
            ["run", "-c", path, "--start", "earliest", "--until", "latest"])
        #expect(end == .exited(0), "\(errors)")
        #expect(try target.query("SELECT id FROM copy.t") == [["1"]])
        let verify = try ReplicatorProcess.run(["verify", "-c", path])
        #expect(verify.end == .exited(0) && verify.output == "copy: equal (1 table, 1 rows)\n", "\(verify.output)")

        for (sourceKeys, sinkKeys, name) in [([], all, "source: "), (all, [], "sink copy: ")] {
            let check = try ReplicatorProcess.run(["check", "-c", try configuration(sourceKeys, sinkKeys)])
            #expect(check.end == .exited(3))
            let lines = check.output.split(separator: "\n")
            #expect(
                lines.contains { $0.hasPrefix(name) && $0.contains("set ssl-cert and ssl-key") }, "\(check.output)")
        }
    }
}
