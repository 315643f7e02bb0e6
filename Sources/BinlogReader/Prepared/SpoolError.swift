internal import Glibc

/// Why prepared transactions cannot be kept on this machine. One line for the operator.
public struct SpoolError: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String

    /// `path` is what could not be read or written, `code` the error number.
    init(_ path: String, _ code: Int32) {
        description =
            "prepared XA transactions cannot be kept: \(path): \(String(cString: strerror(code))): mend that, and start "
            + "again; nothing is lost"
    }
}
