import Glibc

/// Whether a session is encrypted, and what is asked of the server's certificate: the modes and options of the `mysql`
/// client (`--ssl-mode`), by its names.
public struct TLSOptions: Equatable, Sendable {
    public enum Mode: String, CaseIterable, Sendable {
        /// Without.
        case disabled = "DISABLED"
        /// If the server offers it; not over a Unix socket. Nobody's certificate is looked at.
        case preferred = "PREFERRED"
        /// Or no session. Nobody's certificate is looked at.
        case required = "REQUIRED"
        /// Likewise, and the certificate is one that the authority (`ssl-ca`) signed.
        case verifyCA = "VERIFY_CA"
        /// Likewise, and it is the certificate of the host that was connected to.
        case verifyIdentity = "VERIFY_IDENTITY"
    }

    /// Nil: ``Mode/preferred``, or with an authority ``Mode/verifyCA``, as in the `mysql` client.
    public var chosenMode: Mode?
    /// The path of a file with the certificates of the authorities that are trusted.
    public var authorities: String?
    /// The path of a folder of them, as `openssl rehash` prepares it.
    public var authoritiesFolder: String?
    /// The paths of our own certificate and its key, for accounts that require one.
    public var certificate: String?
    public var key: String?

    public init() {}

    public var mode: Mode {
        chosenMode ?? (authorities == nil && authoritiesFolder == nil ? .preferred : .verifyCA)
    }

    /// The server's certificate is looked at.
    var verifies: Bool { mode == .verifyCA || mode == .verifyIdentity }

    /// The option names, as in URLs and configuration files.
    public static let names = ["ssl-mode", "ssl-ca", "ssl-capath", "ssl-cert", "ssl-key"]

    /// Sets an option of ``names``.
    public mutating func set(_ name: String, _ value: String) throws(TLSOptionError) {
        switch name {
        case "ssl-mode":
            guard let mode = Mode(rawValue: value.uppercased()) else {
                let modes = Mode.allCases.map(\.rawValue).joined(separator: ", ")
                // The value may be a part of a password, where a URL has one.
                throw TLSOptionError("ssl-mode is one of \(modes)")
            }
            chosenMode = mode
        case "ssl-ca": authorities = value
        case "ssl-capath": authoritiesFolder = value
        case "ssl-cert": certificate = value
        default: key = value
        }
    }

    /// Makes paths that are not absolute relative to `folder`.
    public mutating func resolve(in folder: String) {
        let absolute = { (path: String) in path.hasPrefix("/") || folder.isEmpty ? path : folder + "/" + path }
        authorities = authorities.map(absolute)
        authoritiesFolder = authoritiesFolder.map(absolute)
        certificate = certificate.map(absolute)
        key = key.map(absolute)
    }

    /// Throws if the options cannot do what they ask for.
    public func check() throws(TLSOptionError) {
        if verifies, authorities == nil, authoritiesFolder == nil {
            throw TLSOptionError("ssl-mode = \(mode.rawValue) needs ssl-ca, the file of the authority's certificate")
        }
        guard (certificate == nil) == (key == nil) else {
            throw TLSOptionError("ssl-cert and ssl-key belong together: one of them is missing")
        }
        for (name, path) in [
            ("ssl-ca", authorities), ("ssl-capath", authoritiesFolder), ("ssl-cert", certificate), ("ssl-key", key),
        ] {
            guard let path, access(path, R_OK) != 0 else { continue }
            throw TLSOptionError("\(name) \(path): \(String(cString: strerror(errno)))")
        }
    }
}

/// Options that make no sense, or name files that cannot be read.
public struct TLSOptionError: Error, Equatable, Sendable, CustomStringConvertible {
    public var description: String

    init(_ description: String) {
        self.description = description
    }
}
