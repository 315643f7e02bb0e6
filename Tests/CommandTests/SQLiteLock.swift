import Foundation
import TestSupport

/// A lock on a SQLite file, which another process holds until it is told to let go: who writes there has to wait.
final class SQLiteLock {
    private var holder: ChildProcess?
    private let scratch = Result { try ScratchFolder() }

    /// Returns when the lock is held.
    init(_ file: String) throws {
        let output = try scratch.get().file("output")
        holder = try ChildProcess(
            "/usr/bin/env",
            [
                "sqlite3", "-cmd", ".timeout 20000", file, "BEGIN IMMEDIATE", ".shell echo locked; exec sleep 600",
            ], output: output, errors: output)
        try waitUntil(timeout: 60, "the lock") {
            (try? String(contentsOfFile: output, encoding: .utf8))?.hasSuffix("locked\n") == true
        }
    }

    var isHeld: Bool { holder?.poll() == nil && holder != nil }

    func release() { holder = nil }
}
