/// What the server or the client library refused, and why. Its description is one line and has no password.
public struct MySQLError: Error, Equatable, Sendable {
    /// The server's error number (`mysqld_error.h`), or the client library's from 2000 to 2999 (`errmsg.h`).
    public var code: UInt32
    public var sqlState: String
    public var message: String
    /// Where it was tried to connect to, if that is what failed: `user@host:port`.
    public var server: String?
    /// What the session that did not come about was tried without, and an account may require.
    var lacked: TLSRequirement?

    static let closedByServer = "the server closed the connection"

    public init(code: UInt32, sqlState: String, message: String, server: String? = nil) {
        self.code = code
        self.sqlState = sqlState
        self.message = message
        self.server = server
    }

    /// The session is over: the connection broke, or the server ended it or goes down. A new one may do better.
    public var isConnectionLost: Bool {
        switch code {
        case 2006, 2013, 2055: true  // CR_SERVER_GONE_ERROR, CR_SERVER_LOST, CR_SERVER_LOST_EXTENDED
        case 1053, 1077, 1079: true  // ER_SERVER_SHUTDOWN, ER_NORMAL_SHUTDOWN, ER_SHUTDOWN_COMPLETE
        case 1152, 1158, 1159, 1160, 1161, 1184: true  // ER_ABORTING_CONNECTION, ER_NET_…, ER_NEW_ABORTING_CONNECTION
        case 1927, 3169: true  // ER_CONNECTION_KILLED (MariaDB), ER_SESSION_WAS_KILLED (MySQL)
        case 4031: true  // ER_CLIENT_INTERACTION_TIMEOUT (MySQL)
        case 2026: server == nil  // CR_SSL_CONNECTION_ERROR in a session that had come about
        default: false
        }
    }

    /// What carried the session broke, as far as this side can tell.
    var isLinkFailure: Bool { code == 2006 || code == 2013 || code == 2055 || code == 2026 }

    /// No session came about, for now: nobody listens there, or the server takes no more.
    public var isUnreachable: Bool {
        switch code {
        case 2002, 2003, 2005: true  // CR_CONNECTION_ERROR, CR_CONN_HOST_ERROR, CR_UNKNOWN_HOST
        case 2012: true  // CR_SERVER_HANDSHAKE_ERR
        case 2026: server != nil && isCutOff  // CR_SSL_CONNECTION_ERROR
        default: isBusy
        }
    }

    /// Of those, that the server is up, and takes no more sessions for now: at all, or of the account.
    public var isBusy: Bool {
        switch code {
        case 1040, 1203, 1226: true  // ER_CON_COUNT_ERROR, ER_TOO_MANY_USER_CONNECTIONS, ER_USER_LIMIT_REACHED
        default: false
        }
    }

    /// Where TLS is asked for, the library wraps what a server says in place of its greeting ("Too many connections") into an
    /// error of its own (2002), since nobody vouches for that yet. To believe it lets nobody in: it is why there is no session.
    mutating func takeFromGreeting() {
        guard message.contains("before completion of TLS handshake"), let start = message.firstRange(of: "verified: "),
            let dash = message[start.upperBound...].firstRange(of: " - "),
            let number = UInt32(message[start.upperBound..<dash.lowerBound])
        else { return }
        code = number
        message = String(message[dash.upperBound...])
    }

    /// What an operator can do about it; nil where the message says all.
    public var advice: String? {
        if message == Self.closedByServer { return "it goes down, or the session was killed" }
        return switch code {
        case 1045, 1698:  // ER_ACCESS_DENIED_ERROR, ER_ACCESS_DENIED_NO_PASSWORD_ERROR
            "check the user in the URL and the password (password-file, the environment, or ~/.my.cnf)" + tlsRequirement
        // ER_MUST_CHANGE_PASSWORD, ER_MUST_CHANGE_PASSWORD_LOGIN
        case 1820, 1862:
            "the account's password has expired: give it a new one, there with ALTER USER … IDENTIFIED BY '…' and here in "
                + "password-file; PASSWORD EXPIRE NEVER keeps it from expiring again"
        case 3118, 4151: "ALTER USER … ACCOUNT UNLOCK"  // ER_ACCOUNT_HAS_BEEN_LOCKED: MySQL, MariaDB
        case 3159: "set ssl-mode = REQUIRED"  // ER_SECURE_TRANSPORT_REQUIRED
        case 1044, 1142, 1143, 1227: "grant it to the user, or use another one"  // ER_…ACCESS_DENIED_ERROR
        // CR_SERVER_LOST. Some servers say nothing of a certificate, and end the connection; so they do where they go down.
        case 2013 where server != nil && lacked == nil: "if it stays so, \(Self.certificateRefused)"
        case 1049: "check the database in the URL"  // ER_BAD_DB_ERROR
        case 1130: "the server lets this user in from other hosts only: see its account in mysql.user"
        case 2002, 2003: "is the server up, and are host and port, or the socket, right?"
        case 2005: "check the host in the URL"
        case _ where isBusy: "the server takes no more connections"
        case 2026: tlsAdvice
        case 2059, 2058: "this client library cannot log in that way: see the account's authentication plugin"
        default: nil
        }
    }
}

extension MySQLError: CustomStringConvertible {
    public var description: String {
        let what = server.map { "cannot connect to \($0): \(message)" } ?? message
        let line = advice.map { "\(what) (error \(code)): \($0)" } ?? "\(what) (error \(code))"
        return String(line.map { $0.isNewline ? " " : $0 })
    }
}
