/// Where HTTP is answered: `127.0.0.1:9090`, `[::1]:9090`, or `9090`, which only this machine can reach. An address that
/// others can reach has to be named: there is no short form for it.
public struct HTTPAddress: Equatable, Sendable {
    /// In numbers, without brackets.
    public var host: String
    /// 0: one that the system picks, and the log tells.
    public var port: UInt16

    init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Nil if `text` is of another form.
    init?(_ text: String) {
        let portText: Substring
        if let colon = text.lastIndex(of: ":") {
            var name = text[..<colon]
            if name.first == "[", name.last == "]" {
                name = name.dropFirst().dropLast()
            } else if name.contains(":") {
                return nil
            }
            host = name == "localhost" ? "127.0.0.1" : String(name)
            portText = text[text.index(after: colon)...]
        } else {
            host = "127.0.0.1"
            portText = text[...]
        }
        let isNumeric = host.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte & 0xDF) || byte == 0x2E || byte == 0x3A
        }
        guard !host.isEmpty, isNumeric, !portText.isEmpty, portText.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(portText)
        else { return nil }
        self.port = port
    }
}

extension HTTPAddress: CustomStringConvertible {
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
