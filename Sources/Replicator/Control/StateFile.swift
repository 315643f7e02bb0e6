import Foundation
import Sinks

/// The daemon's own SQLite file: the checkpoints of sinks that keep none. Whoever holds its lock is the one daemon
/// that runs these pipelines on this machine.
public final class StateFile: Sendable {
    public let path: String
    /// Held open for the process's life: the lock goes with it, also after kill -9.
    private let lockDescriptor: Int32

    /// Takes the lock and makes sure that the file can be written. Throws in one line what stands in the way.
    public init(path: String) throws(StateFileError) {
        self.path = path
        let lockPath = path + ".lock"
        // The lock has a file of its own: closing any descriptor of an SQLite file drops SQLite's locks on it.
        let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw StateFileError("the state file \(path) cannot be written: \(Self.reason(errno)) (\(lockPath))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = Self.firstLine(of: descriptor).map { " (process \($0))" } ?? ""
            close(descriptor)
            throw StateFileError(
                "another replicator\(holder) is running with the state file \(path): stop it first, or give this one a "
                    + "state file of its own with state = PATH in [replicator]")
        }
        let process = "\(getpid())\n"
        guard ftruncate(descriptor, 0) == 0, process.withCString({ pwrite(descriptor, $0, process.utf8.count, 0) }) > 0
        else {
            let reason = Self.reason(errno)
            close(descriptor)
            throw StateFileError("the state file \(path) cannot be written: \(reason)")
        }
        lockDescriptor = descriptor
        do {
            let probe = try openStore(pipeline: "")
            _ = try probe.claim()
        } catch {
            // `deinit` runs, and gives the lock back.
            throw StateFileError("the state file cannot be written: \(error.message)")
        }
    }

    deinit {
        close(lockDescriptor)
    }

    /// A pipeline's checkpoint in the file, over a connection of its own.
    func openStore(pipeline: String) throws(SinkError) -> any CheckpointStore {
        try Self.openStore(path: path, pipeline: pipeline)
    }

    static func openStore(path: String, pipeline: String) throws(SinkError) -> any CheckpointStore {
        do {
            let connection = try SQLiteConnection(path: path, access: .create)
            try connection.useWriteAheadLog()
            return SQLiteCheckpointStore(connection: connection, pipeline: pipeline)
        } catch {
            throw SinkError(error)
        }
    }

    /// The file as it is, for those who only look; nil if it is not there, or has no table of this name.
    static func openReading(_ path: String, table: String? = nil) throws(SinkError) -> SQLiteConnection? {
        guard access(path, F_OK) == 0 else { return nil }
        return try SinkError.wrapping { () throws(SQLiteError) in
            let connection = try SQLiteConnection(path: path, access: .read)
            guard let table else { return connection }
            var exists = false
            try connection.query("SELECT 1 FROM sqlite_schema WHERE name = ?1", [.text(table)]) { _ in exists = true }
            return exists ? connection : nil
        }
    }

    /// What would keep a daemon from writing the file; nil: nothing that shows without writing.
    static func obstacle(to path: String) -> String? {
        let folder = (path as NSString).deletingLastPathComponent
        let place = access(path, F_OK) == 0 ? path : folder.isEmpty ? "." : folder
        guard access(place, W_OK) != 0 else { return nil }
        return "the state file \(path) cannot be written: \(reason(errno)) (\(place)): mend that, or name another file "
            + "with state = PATH in [replicator]"
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

    private static func firstLine(of descriptor: Int32) -> String? {
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        let digits = buffer.prefix(count).prefix { (0x30...0x39).contains($0) }
        return digits.isEmpty ? nil : String(decoding: digits, as: UTF8.self)
    }
}

/// Why the state file cannot be used: one line.
public struct StateFileError: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
