import Glibc

/// Tells the service manager that started this process how it gets on (sd_notify(3): datagrams of `NAME=value` lines to
/// the socket that `NOTIFY_SOCKET` names). Confined to the main thread.
struct ServiceManager {
    private let address: UnixAddress
    private let descriptor: Int32
    /// It wants a sign of life this often, seconds; nil: none.
    let watchdogSeconds: Double?

    /// Nil where no service manager asks.
    init?() {
        guard let path = Self.variable("NOTIFY_SOCKET"), let address = UnixAddress(path: path, mayBeAbstract: true)
        else { return nil }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        self.address = address
        self.descriptor = descriptor
        let isForUs = Self.variable("WATCHDOG_PID").map { $0 == "\(getpid())" } ?? true
        let microseconds = Self.variable("WATCHDOG_USEC").flatMap { Double($0) }
        watchdogSeconds = isForUs ? microseconds.flatMap { $0 > 0 ? $0 / 1e6 : nil } : nil
    }

    func ready(_ status: String) { send("READY=1\nSTATUS=\(status)") }

    func status(_ status: String) { send("STATUS=\(status)") }

    func stopping() { send("STOPPING=1\nSTATUS=stopping") }

    func alive() { send("WATCHDOG=1") }

    /// `ready` ends it. (`Type=notify-reload` wants the time.)
    func reloading() {
        send("RELOADING=1\nMONOTONIC_USEC=\(UInt64(Timestamp.monotonicSeconds * 1e6))")
    }

    /// A manager that does not listen is no reason to fail, nor to wait.
    private func send(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            _ = address.withPointer {
                sendto(
                    descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), $0,
                    $1)
            }
        }
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
