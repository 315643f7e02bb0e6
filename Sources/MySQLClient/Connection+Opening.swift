import CMySQL

// How a session is opened.
extension Connection {
    /// `mysql_init` would do this itself, but not safely from two threads at once.
    static let libraryIsReady = mysql_server_init(0, nil, nil) == 0

    /// Connects and logs in; the handle is the caller's to close.
    static func open(
        _ options: ConnectionOptions, withTLS: Bool
    ) throws(MySQLError) -> UnsafeMutablePointer<MYSQL> {
        guard let handle = mysql_init(nil) else {
            throw MySQLError(code: UInt32(CR_OUT_OF_MEMORY), sqlState: "HY001", message: "out of memory")
        }
        Self.configure(handle, options)
        if withTLS { Self.configureTLS(handle, options.tls) }
        let connected = mysql_real_connect(
            handle, options.socket == nil ? options.host : nil, options.user, options.password, options.database,
            UInt32(options.port), options.socket, Self.flags(options))
        var error = Self.lastError(handle)
        error.server = options.description
        error.lacked = .init(options.tls, withTLS: withTLS)
        guard connected != nil else {
            mysql_close(handle)
            error.takeFromGreeting()
            if error.isCutOff(options.tls) {
                error.code = UInt32(CR_SERVER_HANDSHAKE_ERR)
                error.message = "the connection ended in the TLS handshake"
            }
            throw error
        }
        // Whatever the library thinks of it: no session without what was asked for.
        guard !withTLS || mysql_get_ssl_cipher(handle) != nil else {
            mysql_close(handle)
            error.code = UInt32(CR_SSL_CONNECTION_ERROR)
            error.message = MySQLError.tlsIsMissing
            throw error
        }
        return handle
    }

    private static func configure(_ handle: UnsafeMutablePointer<MYSQL>, _ options: ConnectionOptions) {
        let set = { (option: mysql_option, value: UInt32) in
            withUnsafePointer(to: value) { _ = mysql_options(handle, option, $0) }
        }
        set(MYSQL_OPT_CONNECT_TIMEOUT, options.connectTimeoutSeconds)
        if let seconds = options.readTimeoutSeconds { set(MYSQL_OPT_READ_TIMEOUT, seconds) }
        if let seconds = options.writeTimeoutSeconds { set(MYSQL_OPT_WRITE_TIMEOUT, seconds) }
        if options.compresses { mysql_options(handle, MYSQL_OPT_COMPRESS, nil) }
        // A server may ask a client for any of its files; never answer.
        set(MYSQL_OPT_LOCAL_INFILE, 0)
        // By itself, the library takes a socket where the host is "localhost".
        let byProtocol = options.socket == nil ? MYSQL_PROTOCOL_TCP : MYSQL_PROTOCOL_SOCKET
        set(MYSQL_OPT_PROTOCOL, byProtocol.rawValue)
        mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4")
    }

    private static func configureTLS(_ handle: UnsafeMutablePointer<MYSQL>, _ tls: TLSOptions) {
        // The library looks at the chain of certificates if it has an authority, and at the host's name if told to.
        mysql_ssl_set(
            handle, tls.key, tls.certificate, tls.verifies ? tls.authorities : nil,
            tls.verifies ? tls.authoritiesFolder : nil, nil)
        let set = { (option: mysql_option, value: Bool) in
            withUnsafePointer(to: value ? UInt8(1) : 0) { _ = mysql_options(handle, option, $0) }
        }
        set(MYSQL_OPT_SSL_ENFORCE, true)
        set(MYSQL_OPT_SSL_VERIFY_SERVER_CERT, tls.mode == .verifyIdentity)
    }

    private static func flags(_ options: ConnectionOptions) -> UInt {
        // Bits of mariadb_com.h.
        (options.countsFoundRows ? 1 << 1 : 0) | (options.allowsManyStatements ? 1 << 16 : 0)
    }
}
