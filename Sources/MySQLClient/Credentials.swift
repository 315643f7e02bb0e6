import Glibc

/// A password that was to be found, and was not.
public struct CredentialsError: Error, Equatable, Sendable, CustomStringConvertible {
    public var description: String

    init(_ description: String) {
        self.description = description
    }
}

extension ConnectionOptions {
    /// Finds the password, and the user where none is given. The first of these that tells wins: the first line of
    /// `passwordFile`; the environment variables `variables`, in their order, then MYSQL_PWD; the `[client]` group of
    /// `~/.my.cnf`. A user that nothing names is the one of the operating system, as in the `mariadb` client. With no
    /// password found, there is none.
    /// - Parameter environment: looks up a variable of the environment.
    public mutating func findCredentials(
        passwordFile: String? = nil, variables: [String] = [],
        environment: (String) -> String? = Self.processEnvironment
    ) throws(CredentialsError) {
        if let passwordFile {
            guard let bytes = try Self.contents(of: passwordFile, "password-file") else {
                throw CredentialsError("password-file \(passwordFile): no such file")
            }
            var line = bytes.prefix { $0 != UInt8(ascii: "\n") }
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            guard !line.isEmpty, let text = String(validating: line, as: UTF8.self), !line.contains(0) else {
                throw CredentialsError("password-file \(passwordFile): its first line has to be the password, as text")
            }
            password = text
        } else {
            for variable in variables + ["MYSQL_PWD"] {
                if let value = environment(variable), password == nil { password = value }
            }
        }
        // Not looked at where it can tell nothing: it may be another's, and unreadable.
        if user.isEmpty || password == nil {
            let home = environment("HOME") ?? getpwuid(geteuid()).map { String(cString: $0.pointee.pw_dir) }
            let optionFile = if let home { try OptionFile(path: home + "/.my.cnf") } else { OptionFile() }
            if user.isEmpty, let user = optionFile.user { self.user = user }
            if password == nil { password = optionFile.password }
        }
        if user.isEmpty, let entry = getpwuid(geteuid()) { user = String(cString: entry.pointee.pw_name) }
    }

    /// A variable of this process's environment.
    public static func processEnvironment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// The first 64 KiB of a file; nil where there is none.
    static func contents(of path: String, _ role: String) throws(CredentialsError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw CredentialsError("\(role) \(path): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw CredentialsError("\(role) \(path): \(String(cString: strerror(errno)))") }
        return Array(bytes.prefix(count))
    }
}
