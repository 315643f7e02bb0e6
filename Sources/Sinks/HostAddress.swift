/// Addresses as far as they can be compared without asking for them.
enum HostAddress {
    /// `host:port`; the names of this machine are one.
    static func text(_ host: String, _ port: UInt16) -> String {
        let name = host.lowercased()
        let isLoopback = name == "localhost" || name == "::1" || name.hasPrefix("127.")
        return "\(isLoopback ? "localhost" : name):\(port)"
    }
}
