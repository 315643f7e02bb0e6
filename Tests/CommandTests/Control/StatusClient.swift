import Foundation
import TestSupport

/// `status --json` and the other commands, as a test asks them of a running daemon.
struct StatusClient {
    let configuration: String

    /// One pipeline's part of `status --json`.
    func pipeline(_ name: String) throws -> [String: Any] {
        let (end, output, errors) = try ReplicatorProcess.run(["status", name, "--json", "-c", configuration])
        guard end == .exited(0), let report = try Self.object(output),
            let all = report["pipelines"] as? [[String: Any]],
            all.count == 1
        else { throw TestSupportError("status \(name): \(end) \(output)\(errors)") }
        return all[0]
    }

    func state(_ name: String) throws -> String { try pipeline(name)["state"] as? String ?? "null" }

    /// The last error's message; empty if there was none.
    func lastError(_ name: String) throws -> String {
        (try pipeline(name)["last_error"] as? [String: Any])?["message"] as? String ?? ""
    }

    /// When the state began.
    func since(_ name: String) throws -> Date {
        try Self.date(try pipeline(name)["since"] as? String ?? "")
    }

    /// The time that a text of `status` means.
    static func date(_ text: String) throws -> Date {
        let seconds = text.split(separator: ".").first.map { $0.hasSuffix("Z") ? String($0) : $0 + "Z" } ?? ""
        let fraction = text.split(separator: ".").dropFirst().first.flatMap { Double("0." + $0.dropLast()) } ?? 0
        guard let date = ISO8601DateFormatter().date(from: seconds) else { throw TestSupportError("no time: \(text)") }
        return date.addingTimeInterval(fraction)
    }

    /// Waits until so many rows are written.
    func waitForRows(_ count: Int, _ name: String, timeout: Double = 60) throws {
        try waitUntil(timeout: timeout, "\(count) rows of \(name)") {
            ((try? pipeline(name))?["rows"] as? [String: Any])?["total"] as? Int ?? 0 >= count
        }
    }

    /// Waits until the pipeline is in `state`; tells what it was in otherwise.
    func wait(_ name: String, _ state: String, timeout: Double = 40) throws {
        var last = ""
        try waitUntil(timeout: timeout, "\(name) to be \(state), not \(last)") {
            last = (try? self.state(name)) ?? "silent"
            return last == state
        }
    }

    /// Runs a command that must end well, and returns what it prints.
    func command(_ words: String...) throws -> String {
        let (end, output, errors) = try ReplicatorProcess.run(words + ["-c", configuration])
        guard end == .exited(0) else { throw TestSupportError("\(words): \(end) \(output)\(errors)") }
        return output
    }

    static func object(_ text: String) throws -> [String: Any]? {
        try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    }
}
