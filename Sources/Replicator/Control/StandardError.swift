import Glibc
import Synchronization

/// The process's standard error, where log lines scroll by and, on a terminal, the progress stands below them. Every
/// write goes through here, so that neither garbles the other. One write a line: lines of several threads never mix.
final class StandardError: Sendable {
    static let shared = StandardError()

    /// The lines that stand below the log now; none where nothing is shown.
    private let block = Mutex<[String]>([])

    /// Writes `text`, which ends with a newline, above the progress.
    func write(_ text: String) {
        block.withLock { block in
            Self.put(Self.erase(block.count) + text + Self.text(of: block))
        }
    }

    /// Shows `lines` in place of those shown before; each must fit the terminal's width.
    func show(_ lines: [String]) {
        block.withLock { block in
            guard block != lines else { return }
            Self.put(Self.erase(block.count) + Self.text(of: lines))
            block = lines
        }
    }

    /// Columns of the terminal; nil: there is none, or one that cannot move its cursor.
    static var terminalWidth: Int? {
        guard isatty(2) == 1, let terminal = getenv("TERM"), String(cString: terminal) != "dumb" else { return nil }
        var size = winsize()
        guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    private static func text(of block: [String]) -> String { block.map { $0 + "\n" }.joined() }

    /// Cursor up to the block's first line, and clear from there (ECMA-48: CUU, ED).
    private static func erase(_ count: Int) -> String { count == 0 ? "" : "\u{1B}[\(count)A\r\u{1B}[J" }

    /// What cannot be written is lost: a log whose reader has gone must not end the daemon.
    private static func put(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
