import Foundation
import Synchronization

/// A folder of a test's own under the system's temporary folder; removed with the object, or with this process.
public final class ScratchFolder: Sendable {
    public let path: String

    public init() throws {
        path = try Self.root.get().path + "/\(Self.count.wrappingAdd(1, ordering: .relaxed).newValue)"
        guard mkdir(path, 0o700) == 0 else {
            throw TestSupportError("cannot make \(path): \(String(cString: strerror(errno)))")
        }
    }

    private static let count = Atomic<Int>(0)

    /// The folder of all of this process's, and the process whose watcher removes it in the end.
    private static let root = Result {
        let template = FileManager.default.temporaryDirectory.path + "/replicator-test-XXXXXX"
        var bytes = Array(template.utf8CString)
        guard mkdtemp(&bytes) != nil else {
            throw TestSupportError("cannot make \(template): \(String(cString: strerror(errno)))")
        }
        let path = String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let keeper = try ChildProcess(
            "/bin/sleep", ["infinity"], output: "/dev/null", errors: "/dev/null", scratch: path)
        return (path: path, keeper: keeper)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of `name` in the folder.
    public func file(_ name: String) -> String { path + "/" + name }

    /// Copies a file of another folder into this one, under its own name.
    public func copy(_ path: String) throws {
        try FileManager.default.copyItem(atPath: path, toPath: file(URL(fileURLWithPath: path).lastPathComponent))
    }

    /// Writes `text` to `name` and returns its path.
    @discardableResult
    public func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: file(name), atomically: false, encoding: .utf8)
        return file(name)
    }
}
