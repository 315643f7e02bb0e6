/// What CR_SSL_CONNECTION_ERROR stands for: its text alone tells, which is the client library's or OpenSSL's.
extension MySQLError {
    static let tlsIsMissing = "SSL is required, but the server does not support it"

    /// The server offers no TLS.
    var isTLSMissing: Bool { code == 2026 && message.contains("server does not support it") }

    /// The connection ended in the middle of the handshake, as it does where a server goes down.
    var isCutOff: Bool {
        ["unexpected eof", "reset by peer", "Broken pipe", "timed out", "Success", "error: 00000000"].contains {
            message.contains($0)
        }
    }

    var tlsAdvice: String? {
        let has = { (texts: String...) in texts.contains { message.contains($0) } }
        if isTLSMissing {
            return "the server offers no TLS: set its ssl_cert and ssl_key, or ask for none (ssl-mode = DISABLED)"
        }
        if has("has expired", "not yet valid") {
            return "renew the server's certificate (its ssl_cert), or set the clock right"
        }
        if has("self-signed", "self signed", "issuer certificate", "unable to verify", "verify failed") {
            return "the server's certificate is not signed by an authority in ssl-ca: give that of its own, or is this "
                + "another server?"
        }
        if has(
            "Validation of SSL server certificate failed", "certificate validation", "ostname", "IP address mismatch")
        {
            return
                "the server's certificate is of another host: connect by the name that it has, or check only who signed "
                + "it (ssl-mode = VERIFY_CA)"
        }
        return nil
    }
}
