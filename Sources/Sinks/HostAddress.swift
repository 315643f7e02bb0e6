/// Addresses as far as they can be compared without asking for them.
enum HostAddress {
    /// `host:port`; the usual names of this machine are one. Others of 127.0.0.0/8 may be servers of their own.
    static func text(_ host: String, _ port: UInt16) -> String {
        let name = host.lowercased()
        let isLoopback = name == "localhost" || name == "::1" || name == "127.0.0.1"
        return "\(isLoopback ? "localhost" : name):\(port)"
    }
}
