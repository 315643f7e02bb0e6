/// What CR_SSL_CONNECTION_ERROR stands for: its text alone tells, which is the client library's or OpenSSL's.
extension MySQLError {
    static let certificateRefused =
        "the server refuses our certificate (ssl-cert): it has to be valid, and signed by an authority in the server's ssl_ca"
    static let tlsIsMissing = "SSL is required, but the server does not support it"

    /// The server offers no TLS.
    var isTLSMissing: Bool { code == 2026 && message.contains("server does not support it") }

    /// The connection ended in the middle of the handshake, as it does where a server goes down.
    var isCutOff: Bool {
        ["unexpected eof", "reset by peer", "Broken pipe", "timed out", "Success", "error: 00000000"].contains {
            message.contains($0)
        }
    }

    /// The same, where nobody's certificate is looked at: whatever broke the handshake off, the library names what it
    /// thinks of the certificate (ma_tls_set_error in its secure/openssl.c), which did not matter.
    func isCutOff(_ tls: TLSOptions) -> Bool {
        code == 2026 && !tls.verifies && (namesUntrusted || has("has expired", "not yet valid") || isCutOff)
    }

    private func has(_ texts: String...) -> Bool { texts.contains { message.contains($0) } }

    private var namesUntrusted: Bool {
        has("self-signed", "self signed", "issuer certificate", "unable to verify", "verify failed")
    }

    /// What an account may ask for in its REQUIRE clause, where the server says of its lack no more than "access denied".
    enum TLSRequirement: Equatable, Sendable {
        case encryption, certificate

        /// What a session with these options lacks.
        init?(_ options: TLSOptions, withTLS: Bool) {
            if !withTLS {
                self = .encryption
            } else if options.certificate == nil {
                self = .certificate
            } else {
                return nil
            }
        }
    }

    /// The rest of an advice about a refused login.
    var tlsRequirement: String {
        switch lacked {
        case .encryption: "; if the account says REQUIRE SSL, set ssl-mode = REQUIRED"
        case .certificate: "; if it says REQUIRE X509, SUBJECT or ISSUER, set ssl-cert and ssl-key"
        case nil: ""
        }
    }

    var tlsAdvice: String? {
        if isTLSMissing {
            return "the server offers no TLS: set its ssl_cert and ssl_key, or ask for none (ssl-mode = DISABLED)"
        }
        if has("alert unknown ca", "alert certificate", "alert bad certificate", "alert unsupported certificate") {
            return Self.certificateRefused
        }
        if has("key values mismatch") { return "ssl-key is not the key of ssl-cert" }
        if has("no start line", "bad base64", "PEM lib") {
            return "ssl-ca, ssl-cert and ssl-key are files in PEM format, with certificates and the key of ssl-cert"
        }
        if has("has expired", "not yet valid") {
            return "renew the server's certificate (its ssl_cert), or set the clock right"
        }
        if namesUntrusted {
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
