import Foundation
import MySQLClient

/// The process of a ``DatabaseServer``, and its files.
public final class ServerDaemon: Sendable {
    let process: ServerProcess
    private let scratch: ScratchFolder

    /// The user that runs the tests: servers that are started as root want to be told that it is meant.
    static let user = getpwuid(geteuid()).flatMap { String(validatingCString: $0.pointee.pw_name) } ?? "root"

    /// What both servers take. Each commit reaches the kernel, so a kill of the server loses nothing; nothing waits for
    /// a disk.
    private static let commonOptions = [
        "--bind-address=127.0.0.1", "--skip-name-resolve", "--server-id=1", "--log-bin=binlog",
        "--loose-binlog-format=ROW",
        "--binlog-row-image=FULL", "--binlog-row-metadata=FULL", "--character-set-server=utf8mb4",
        "--max-allowed-packet=256M", "--max-connections=200", "--innodb-buffer-pool-size=32M",
        "--innodb-log-buffer-size=4M", "--innodb-autoextend-increment=1", "--innodb-use-native-aio=OFF",
        "--key-buffer-size=1M", "--performance-schema=OFF", "--sync-binlog=0", "--innodb-flush-log-at-trx-commit=2",
        "--innodb-flush-method=nosync",
        // Clients get their turn late on a busy machine.
        "--connect-timeout=120", "--net-read-timeout=300", "--net-write-timeout=300",
    ]

    /// Starts a server and waits until it answers.
    /// - Parameter scratch: has the server's files, in `data`.
    init(program: String, scratch: ScratchFolder, options: [String]) throws {
        guard scratch.file("server.sock").utf8.count < 104 else {
            throw TestSupportError("\(scratch.path) is too long for a Unix socket: set TMPDIR to a shorter folder")
        }
        self.scratch = scratch
        process = try ServerProcess { port in
            try Self.launch(program, port: port, scratch: scratch, options: Self.commonOptions + options)
        }
    }

    var port: UInt16 { process.port }
    var dataDirectory: String { scratch.file("data") }
    var socket: String { scratch.file("server.sock") }
    var errorLog: String { Self.tail(of: scratch.file("error.log")) }

    private static func launch(
        _ program: String, port: UInt16, scratch: ScratchFolder, options: [String]
    ) throws -> ChildProcess {
        let log = scratch.file("error.log")
        let begin = (try? FileManager.default.attributesOfItem(atPath: log)[.size] as? Int) ?? 0
        // MySQL's lock names the process that was killed, whose number may be another's by now.
        try? FileManager.default.removeItem(atPath: scratch.file("server.sock.lock"))
        let process = try ChildProcess(
            program,
            [
                "--no-defaults", "--user=\(user)", "--datadir=\(scratch.file("data"))", "--port=\(port)",
                "--socket=\(scratch.file("server.sock"))", "--pid-file=\(scratch.file("server.pid"))",
                "--tmpdir=\(scratch.path)",
            ] + options,
            output: log, errors: log)
        var connection = ConnectionOptions()
        connection.socket = scratch.file("server.sock")
        connection.user = "root"
        try waitUntil(timeout: 120, "the server to answer:\n\(tail(of: log))") {
            if process.poll() != nil {
                throw TestSupportError("\(program) ended while starting:\n\(tail(of: log, from: begin))")
            }
            guard FileManager.default.fileExists(atPath: scratch.file("server.pid")) else { return false }
            return (try? Connection(connection)) != nil
        }
        return process
    }

    static func tail(of file: String, from begin: Int = 0) -> String {
        guard let data = FileManager.default.contents(atPath: file) else { return "" }
        return String(decoding: data.dropFirst(begin).suffix(4000), as: UTF8.self)
    }
}
