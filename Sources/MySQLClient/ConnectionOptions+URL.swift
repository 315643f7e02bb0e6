/// A URL that names no server, and what is wrong with it. Never repeats a password.
public struct ConnectionURLError: Error, Equatable, Sendable, CustomStringConvertible {
    public var description: String

    init(_ description: String) {
        self.description = description
    }
}

extension ConnectionOptions {
    /// Reads `mysql://USER@HOST:PORT/DATABASE?socket=PATH&ssl-mode=REQUIRED`, `compress=yes`,
    /// and the other options of ``TLSOptions``. All but
    /// host or socket may be missing; each part is percent-decoded; an IPv6 address stands in brackets. A password has no
    /// place in a URL, which shows in process lists and logs. Several hosts are for ``hosts(url:)``.
    public init(url: String) throws(ConnectionURLError) {
        self.init()
        guard url.hasPrefix("mysql://") else {
            let scheme = url.split(separator: ":", omittingEmptySubsequences: false).first.map(String.init) ?? ""
            throw ConnectionURLError("a server's URL begins with mysql:// and not with \(scheme)")
        }
        let rest = url.dropFirst("mysql://".count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let afterAuthority = rest.dropFirst(authority.count)
        let path = afterAuthority.prefix { $0 != "?" }
        let query = afterAuthority.dropFirst(path.count).dropFirst()

        var address = authority
        if let at = authority.lastIndex(of: "@") {
            let user = authority[..<at]
            guard !user.contains(":") else {
                throw ConnectionURLError(
                    "the URL has a password, which shows in process lists and logs: write mysql://USER@HOST:PORT, and "
                        + "give the password by password-file, in the environment (MYSQL_PWD), or in ~/.my.cnf")
            }
            self.user = try Self.decode(user, "user")
            address = authority[authority.index(after: at)...]
        }
        for parameter in query.split(separator: "&") {
            let name = parameter.prefix { $0 != "=" }
            let isTLS = TLSOptions.names.contains(String(name))
            guard name == "socket" || name == "compress" || isTLS, parameter.count > name.count + 1 else {
                // Not repeated here, nor below: of a URL with a password that is not percent-encoded, it may be a part.
                throw ConnectionURLError(
                    "unknown parameter in the URL of a server (there are: socket=PATH, compress=1, "
                        + "\(TLSOptions.names.joined(separator: ", ")))")
            }
            let value = try Self.decode(parameter.dropFirst(name.count + 1), String(name))
            guard isTLS else {
                if name == "socket" {
                    socket = value
                } else {
                    guard let compresses = Self.flag(value) else {
                        throw ConnectionURLError("compress is yes or no (or 1 or 0)")
                    }
                    self.compresses = compresses
                }
                continue
            }
            do throws(TLSOptionError) {
                try tls.set(String(name), value)
            } catch {
                throw ConnectionURLError(error.description)
            }
        }
        try readAddress(address)
        let database = path.dropFirst()
        guard !database.contains("/") else {
            throw ConnectionURLError("the URL of a server has one name after the host: the database")
        }
        if !database.isEmpty { self.database = try Self.decode(database, "database") }
    }

    /// `yes`, `1`; nil for what is none.
    private static func flag(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "yes", "1", "true", "on": true
        case "no", "0", "false", "off": false
        default: nil
        }
    }

    private mutating func readAddress(_ address: Substring) throws(ConnectionURLError) {
        guard !address.contains(",") else {
            throw ConnectionURLError("the URL names several hosts, where one is taken: mysql://USER@HOST:PORT")
        }
        let host: Substring
        let afterHost: Substring
        if address.first == "[" {
            guard let end = address.firstIndex(of: "]") else {
                throw ConnectionURLError("no ] after the IPv6 address in the URL")
            }
            host = address[address.index(after: address.startIndex)..<end]
            afterHost = address[address.index(after: end)...]
        } else {
            host = address.prefix { $0 != ":" }
            afterHost = address.dropFirst(host.count)
            guard !afterHost.dropFirst().contains(":") else {
                throw ConnectionURLError("write an IPv6 address in brackets: mysql://USER@[::1]:3306")
            }
        }
        if host.isEmpty {
            guard socket != nil else { throw ConnectionURLError("the URL names no host: mysql://USER@HOST:PORT") }
        } else {
            self.host = try Self.decode(host, "host")
        }
        guard !afterHost.isEmpty else { return }
        guard afterHost.first == ":", let port = UInt16(afterHost.dropFirst()), port > 0 else {
            throw ConnectionURLError("what stands after the URL's host is no port (:1 to :65535)")
        }
        self.port = port
    }

    /// `%41` is `A`.
    private static func decode(_ text: Substring, _ part: String) throws(ConnectionURLError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, let high = hexDigit(digits.first), let low = hexDigit(digits.last) else {
                throw ConnectionURLError("in the URL's \(part), a % is not followed by two hexadecimal digits")
            }
            bytes.append(high << 4 | low)
            rest = rest.dropFirst(2)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw ConnectionURLError("the URL's \(part) is not UTF-8 text")
        }
        return decoded
    }

    private static func hexDigit(_ byte: UInt8?) -> UInt8? {
        switch byte {
        case .some(let byte) where (0x30...0x39).contains(byte): byte - 0x30
        case .some(let byte) where (0x41...0x46).contains(byte): byte - 0x41 + 10
        case .some(let byte) where (0x61...0x66).contains(byte): byte - 0x61 + 10
        default: nil
        }
    }
}

extension ConnectionOptions: CustomStringConvertible {
    /// `user@host:port` or `user@/path/of/socket`, for messages; without the password.
    public var description: String {
        let address = socket ?? (host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)")
        return user.isEmpty ? address : "\(user)@\(address)"
    }
}
