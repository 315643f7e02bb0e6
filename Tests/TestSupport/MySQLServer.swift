import Foundation

/// A real Oracle MySQL server of the tests' own, which `scripts/get-mysql` finds or unpacks. It has GTIDs.
public final class MySQLServer: DatabaseServer {
    public let daemon: ServerDaemon
    public static let statusStatement = "SHOW BINARY LOG STATUS"

    private static let sharedServer = Result { try MySQLServer() }

    public static func shared() throws -> MySQLServer { try sharedServer.get() }

    public init(options: [String] = []) throws {
        let scratch = try ScratchFolder()
        try FileManager.default.copyItem(
            atPath: Self.initialised.get().file("data"), toPath: scratch.file("data"))
        daemon = try ServerDaemon(
            program: Self.program("mysqld"), scratch: scratch,
            options: [
                "--gtid-mode=ON", "--enforce-gtid-consistency=ON", "--log-replica-updates=ON", "--mysqlx=OFF",
                "--innodb-redo-log-capacity=32M",
                // Debian's would be a folder of the package.
                "--secure-file-priv=NULL",
            ] + options)
    }

    /// The path of one of MySQL's programs: `mysqld`, `mysql`, `mysqladmin`, `mysqlbinlog`.
    public static func program(_ name: String) throws -> String {
        try folder.get() + "/" + name
    }

    /// Where they are.
    private static let folder = Result {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../../scripts/get-mysql"
        ).standardized.path
        let scratch = try ScratchFolder()
        let run = try ChildProcess(script, [], output: scratch.file("output"), errors: scratch.file("errors"))
        let end = try run.wait(timeout: 900)
        let errors = ServerDaemon.tail(of: scratch.file("errors"))
        guard end == .exited(0) else { throw TestSupportError("no MySQL to test with:\n\(errors)") }
        if !errors.isEmpty { print(errors) }
        return ServerDaemon.tail(of: scratch.file("output")).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The files of a server that never ran. It takes seconds to make them, so every server gets a copy.
    private static let initialised = Result {
        let scratch = try ScratchFolder()
        // Who comes over TCP is not "localhost" where names are not looked up.
        let accounts = try scratch.write(
            "CREATE USER root@'127.0.0.1'; GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;\n",
            to: "accounts.sql")
        let log = scratch.file("install.log")
        let install = try ChildProcess(
            program("mysqld"),
            [
                "--no-defaults", "--user=\(ServerDaemon.user)", "--datadir=\(scratch.file("data"))",
                "--initialize-insecure", "--init-file=\(accounts)", "--disable-log-bin",
                "--innodb-redo-log-capacity=32M",
                "--innodb-autoextend-increment=1", "--innodb-use-native-aio=OFF", "--innodb-flush-method=nosync",
                "--tmpdir=\(scratch.path)",
            ],
            output: log, errors: log)
        guard try install.wait(timeout: 300) == .exited(0) else {
            throw TestSupportError("mysqld --initialize-insecure failed:\n\(ServerDaemon.tail(of: log))")
        }
        // Each server makes a UUID of its own.
        try FileManager.default.removeItem(atPath: scratch.file("data/auto.cnf"))
        return scratch
    }
}
