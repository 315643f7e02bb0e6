import CMySQL
import Glibc

/// A command byte of the client/server protocol (`enum_server_command`).
public enum ServerCommand: UInt8, Sendable {
    case binlogDump = 18
    case registerReplica = 21
    case binlogDumpGTID = 30
}

// What the replication commands need: packets as they come.
extension Connection {
    /// Sends a command of the client/server protocol whose answer is read as packets.
    public func send(_ command: ServerCommand, _ payload: [UInt8]) throws(MySQLError) {
        // What `mysql_send_query` and `mariadb_rpl_open` call too; `skip_check` leaves the answer to us.
        let code = enum_server_command(rawValue: UInt32(command.rawValue))
        let failed = payload.withUnsafeBytes { bytes in
            handle.pointee.methods.pointee.db_command(
                handle, code, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, 1, nil)
        }
        guard failed == 0 else { throw lastError }
    }

    /// Waits for the next packet, which is whole: those that the protocol splits at 16 MiB are joined. Throws what an
    /// ERR packet says, and if the connection or its read timeout ends.
    public func readPacket() throws(MySQLError) {
        let count = mysql_net_read_packet(handle)
        // `packet_error` (mariadb_com.h): the length that stands for a failure.
        guard count != UInt(UInt32.max) else {
            packetCount = 0
            throw lastError
        }
        packetCount = Int(count)
    }

    /// The last packet read. Valid until the next call of any method.
    public var packet: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: handle.pointee.net.read_pos, count: packetCount)
    }

    /// Whether bytes from the server wait to be read, or the connection has ended; else the next packet is (mostly) still
    /// to come. What the client library has in its own buffer does not count.
    public var hasInput: Bool {
        // A compressed packet may hold many.
        if handle.pointee.net.compress != 0, handle.pointee.net.remain_in_buf > 0 { return true }
        var socket = pollfd(fd: mysql_get_socket(handle), events: Int16(POLLIN), revents: 0)
        return poll(&socket, 1, 0) != 0
    }
}
