import Foundation

/// A real MariaDB server of the tests' own.
public final class MariaDBServer: DatabaseServer {
    public let daemon: ServerDaemon
    public static let statusStatement = "SHOW MASTER STATUS"

    private static let sharedServer = Result { try MariaDBServer() }

    public static func shared() throws -> MariaDBServer { try sharedServer.get() }

    public init(options: [String] = []) throws {
        let scratch = try ScratchFolder()
        try FileManager.default.copyItem(
            atPath: Self.initialised.get().file("data"), toPath: scratch.file("data"))
        daemon = try ServerDaemon(
            program: Programs.find("mariadbd", package: "mariadb-server-core"), scratch: scratch,
            options: [
                "--log-slave-updates=ON", "--gtid-strict-mode=ON", "--innodb-log-file-size=32M",
                "--loose-innodb-buffer-pool-dump-at-shutdown=OFF", "--aria-pagecache-buffer-size=8M",
            ] + options)
    }

    /// The files of a server that never ran. It takes seconds to make them, so every server gets a copy.
    private static let initialised = Result {
        let scratch = try ScratchFolder()
        let install = try ChildProcess(
            Programs.find("mariadb-install-db", package: "mariadb-server-core"),
            [
                "--no-defaults", "--user=\(ServerDaemon.user)", "--datadir=\(scratch.file("data"))", "--skip-test-db",
                "--auth-root-authentication-method=normal", "--skip-name-resolve", "--innodb-log-file-size=32M",
                "--innodb-autoextend-increment=1",
                // Goes on where the machine's own name cannot be looked up: a fresh one without /etc/hosts.
                "--force",
                // A server that starts removes others' temporary tables from a folder that they share.
                "--tmpdir=\(scratch.path)",
            ],
            output: scratch.file("install.log"), errors: scratch.file("install.log"))
        guard try install.wait(timeout: 300) == .exited(0) else {
            throw TestSupportError("mariadb-install-db failed:\n\(ServerDaemon.tail(of: scratch.file("install.log")))")
        }
        return scratch
    }
}
