public import Foundation
import Synchronization

/// How a process ended.
public enum ProcessEnd: Equatable, Sendable {
    case exited(Int32)
    case signalled(Int32)
}

/// A process that dies with this one, however this one dies.
///
/// It is started through a shell that leaves a watcher behind and becomes the program by `exec`. The watcher holds the
/// one end of a socket pair whose only other end is here, close-on-exec: when this process ends, the watcher reads the end
/// of the file and kills the program. (PR_SET_PDEATHSIG would fire when the *thread* that started it ends.)
public final class ChildProcess: Sendable {
    public let identifier: pid_t
    private let leash: Int32
    private let end = Mutex<ProcessEnd?>(nil)

    /// Starts `program` with output and errors written to the named files.
    /// - Parameters:
    ///   - environment: variables set in place of this process's own; nil keeps those.
    ///   - scratch: a folder that the watcher removes when this process dies.
    public init(
        _ program: String, _ arguments: [String], environment: [String: String]? = nil, output: String, errors: String,
        scratch: String = ""
    ) throws {
        // The watcher has a session of its own too, since it kills the program's whole group.
        let script = """
            watch='read -r word || {
                kill -9 "-$1"
                # Until nobody who is being killed puts anything there any more.
                for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
                    [ -n "$2" ] || break
                    rm -rf -- "$2"
                    sleep 0.3
                    [ -e "$2" ] || break
                done
            }'
            ( setsid /bin/sh -c "$watch" watcher $$ "$0" <&3 3<&- >/dev/null 2>&1 & )
            exec 3<&-
            exec "$@"
            """
        var ends: [Int32] = [-1, -1]
        // A pipe by another name: only a socket pair can be made close-on-exec at once.
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw TestSupportError("socketpair: \(String(cString: strerror(errno)))")
        }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        if errors == output {
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
        } else {
            posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 3)
        // Keep no connection of this process open in the child. (Closing one that is gone meanwhile is no error.)
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            if let descriptor = Int32(name), descriptor > 3 {
                posix_spawn_file_actions_addclose(&actions, descriptor)
            }
        }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A session of its own: Ctrl-C in the terminal ends the tests, and the watcher then ends the program.
        var mask = sigset_t()
        sigemptyset(&mask)
        posix_spawnattr_setsigmask(&attributes, &mask)
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT] { sigaddset(&mask, signal) }
        posix_spawnattr_setsigdefault(&attributes, &mask)
        let newSession: Int16 = 0x80  // POSIX_SPAWN_SETSID, which Swift's Glibc module does not show
        posix_spawnattr_setflags(
            &attributes, newSession | Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))

        let words = ["/bin/sh", "-c", script, scratch, program] + arguments
        let variables = environment ?? ProcessInfo.processInfo.environment
        var argumentPointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var variablePointers: [UnsafeMutablePointer<CChar>?] =
            variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (argumentPointers + variablePointers).forEach { free($0) } }
        var child: pid_t = 0
        let failure = posix_spawn(&child, "/bin/sh", &actions, &attributes, &argumentPointers, &variablePointers)
        guard failure == 0 else {
            close(ends[1])
            throw TestSupportError("cannot start \(program): \(String(cString: strerror(failure)))")
        }
        identifier = child
        leash = ends[1]
    }

    deinit {
        // With what it has started in its group: `mariadb-install-db` is a script.
        end.withLock { end in
            if end == nil { _ = Foundation.kill(-identifier, SIGKILL) }
        }
        kill(SIGKILL)
        _ = try? wait(timeout: 30)
    }

    /// Sends a signal, unless the process has ended.
    public func kill(_ signal: Int32) {
        end.withLock { end in
            if end == nil { _ = Foundation.kill(identifier, signal) }
        }
    }

    /// How it ended; nil while it runs.
    public func poll() -> ProcessEnd? {
        end.withLock { end in
            if let end { return end }
            var information = siginfo_t()
            // Look without reaping: until the watcher has let go, the number must not be another process's.
            guard waitid(P_PID, id_t(identifier), &information, WEXITED | WNOHANG | WNOWAIT) == 0,
                information.si_signo == SIGCHLD
            else { return nil }
            send(leash, "\n", 1, Int32(MSG_NOSIGNAL))
            close(leash)
            var status: Int32 = 0
            waitpid(identifier, &status, 0)
            let signal = status & 0x7F
            end = signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
            return end
        }
    }

    /// Waits until it has ended by itself.
    public func wait(timeout: Double) throws -> ProcessEnd {
        var end: ProcessEnd?
        try waitUntil(timeout: timeout, "the end of process \(identifier)") {
            end = poll()
            return end != nil
        }
        guard let end else { throw TestSupportError("process \(identifier) has no end") }
        return end
    }
}
