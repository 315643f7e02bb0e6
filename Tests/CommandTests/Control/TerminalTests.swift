import Foundation
import TestSupport
import Testing

/// `run` on a terminal, by the `script` program's pseudo-terminal.
@Suite(.serialized) struct TerminalTests {
    @Test func `a line for each pipeline stands below the log, and neither garbles the other`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration()
        let screen = try run(path, shop) { status in
            try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
            // Log lines come while the progress stands there.
            for _ in 0..<3 {
                _ = try status.command("pause", "cache")
                _ = try status.command("resume", "cache")
            }
            try waitUntil("the row in the progress") {
                let screen = try self.screen(shop)
                let last = screen.lines.suffix(2)
                return last.first?.hasPrefix("warehouse  running") == true
                    && last.last?.hasPrefix("cache      running") == true
                    && last.allSatisfy { $0.contains("binlog.") && $0.contains("lag 0 s") && $0.contains(" 1 rows") }
            }
        }
        #expect(screen.widest <= 100)
        // At the end the progress is gone, and every line of the log is whole.
        #expect(screen.lines.count > 10)
        for line in screen.lines { #expect(line.hasPrefix("time=") && line.contains(" level="), "\(line)") }
        #expect(screen.lines.filter { $0.contains("msg=paused pipeline=cache") }.count == 3)
    }

    @Test func `without a terminal, and with --no-progress, there is nothing but the log`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration()
        let screen = try run(path, shop, more: "--no-progress") { _ in }
        #expect(!screen.hasEscapes)
        let plain = try ReplicatorProcess(["run", "-c", path])
        try StatusClient(configuration: path).wait("cache", "running")
        try plain.stop()
        #expect(!plain.errors.contains("\u{1B}"))
    }

    private func run(
        _ path: String, _ shop: ShopFixture, more: String = "", _ body: (StatusClient) throws -> Void
    ) throws -> Screen {
        // `script` gives it a session of its own, which nobody else would end if the test fails.
        let command =
            "stty cols 100; exec setpriv --pdeathsig KILL '\(try ReplicatorProcess.path())' run -c '\(path)' "
            + "--start earliest \(more)"
        var environment = ProcessInfo.processInfo.environment
        environment["TERM"] = "xterm"
        let terminal = try ChildProcess(
            "/usr/bin/env", ["script", "-q", "-f", "-c", command, shop.scratch.file("typescript")],
            environment: environment, output: "/dev/null", errors: "/dev/null")
        let status = StatusClient(configuration: path)
        // Both have their checkpoint then, and need no --start any more.
        for pipeline in ["cache", "warehouse"] { try status.wait(pipeline, "running") }
        try body(status)
        let lock = try String(contentsOfFile: shop.scratch.file("replicator.state.lock"), encoding: .utf8)
        kill(try #require(pid_t(lock.trimmingCharacters(in: .whitespacesAndNewlines))), SIGTERM)
        _ = try terminal.wait(timeout: 60)
        return try screen(shop)
    }

    private func screen(_ shop: ShopFixture) throws -> Screen {
        Screen(try String(contentsOfFile: shop.scratch.file("typescript"), encoding: .utf8))
    }
}

/// What a terminal without end would show: understands the few controls that the progress uses.
private struct Screen {
    private(set) var lines: [String] = []
    private(set) var widest = 0
    private(set) var hasEscapes = false

    init(_ typescript: String) {
        var all: [[Character]] = [[]]
        var row = 0
        var column = 0
        // `script` frames what it records with a line of its own before and after.
        let body = typescript.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("Script started") && !$0.hasPrefix("Script done") }.joined(separator: "\n")
        var rest = Array(body.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\r": column = 0
            case "\n":
                row += 1
                if row == all.count { all.append([]) }
            case "\u{1B}":
                hasEscapes = true
                _ = rest.popFirst()
                let digits = rest.prefix { ("0"..."9").contains($0) }
                rest = rest.dropFirst(digits.count)
                switch rest.popFirst() {
                case "A": row = max(0, row - (Int(String(String.UnicodeScalarView(digits))) ?? 1))
                case "J":
                    all.removeSubrange((row + 1)...)
                    all[row].removeSubrange(min(column, all[row].count)...)
                default: break
                }
            default:
                while all[row].count <= column { all[row].append(" ") }
                all[row][column] = Character(scalar)
                column += 1
                if !String(all[row]).hasPrefix("time=") { widest = max(widest, column) }
            }
        }
        lines = all.map { String($0) }.filter { !$0.isEmpty }
    }
}
