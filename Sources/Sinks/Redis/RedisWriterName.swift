/// The name that a lane's connection has at Redis (`CLIENT SETNAME`), `replicator:PIPELINE:EPOCH:LANE`.
///
/// What a connection has sent may still wait at the server when its client has given it up or died, and would run
/// after what a newer connection writes, undoing it. So older connections are ended by their names before a newer one
/// writes: those of the lane when it connects again, and those of all lanes when a process takes the pipeline over.
struct RedisWriterName: Equatable {
    let pipeline: String
    let epoch: UInt64
    let lane: Int

    var text: String { "\(Self.prefix(of: pipeline))\(epoch):\(lane)" }

    static func prefix(of pipeline: String) -> String {
        // Redis takes printable ASCII without spaces; the rest, and what ends the name here, is escaped.
        let escaped = pipeline.utf8.map { byte -> String in
            let isPlain = (0x21...0x7E).contains(byte) && byte != UInt8(ascii: ":") && byte != UInt8(ascii: "%")
            return isPlain ? String(Unicode.Scalar(byte)) : "%" + String(byte, radix: 16, uppercase: true)
        }
        return "replicator:\(escaped.joined()):"
    }
}

extension RedisConnection {
    /// Takes `name`, and ends all other connections that have it.
    func take(_ name: RedisWriterName) throws(SinkError) {
        try call("CLIENT", "SETNAME", name.text)
        guard case .integer(let own) = try call("CLIENT", "ID") else {
            throw SinkError(.fatal, "\(label): the answer to CLIENT ID is none that Redis gives")
        }
        for client in try clients() where client.name == name.text && client.id != "\(own)" {
            try call("CLIENT", "KILL", "ID", client.id)
        }
    }

    /// Ends the connections of the pipeline's writers of an epoch before `epoch`.
    func endWriters(of pipeline: String, before epoch: UInt64) throws(SinkError) {
        let prefix = RedisWriterName.prefix(of: pipeline)
        for client in try clients() where client.name.hasPrefix(prefix) {
            let rest = client.name.dropFirst(prefix.count)
            guard let other = UInt64(rest.prefix { $0 != ":" }), other < epoch else { continue }
            try call("CLIENT", "KILL", "ID", client.id)
        }
    }

    /// What keeps the user from ending connections; nil if nothing does.
    func findingOnEndingClients() throws(SinkError) -> String? {
        do throws(SinkError) {
            try call("CLIENT", "LIST", "TYPE", "normal")
            // No client has the number 0: this is refused as such, or for want of permission.
            try call("CLIENT", "KILL", "ID", "0")
        } catch  where error.disposition == .fatal {
            guard error.message.contains(" NOPERM ") else { return nil }
            return
                "\(label): the user may not run CLIENT LIST and CLIENT KILL, without which what a lost connection "
                + "has sent could overwrite newer rows: ACL SETUSER … +client|list +client|kill +client|setname +client|id"
        }
        return nil
    }

    private func clients() throws(SinkError) -> [(id: String, name: String)] {
        let list = try call("CLIENT", "LIST", "TYPE", "normal").bytes ?? []
        return String(decoding: list, as: UTF8.self).split(whereSeparator: \.isNewline).compactMap { line in
            // id=3 addr=127.0.0.1:60422 … name=replicator:p:1:0 …
            var id: String?
            var name = ""
            for field in line.split(separator: " ") {
                if field.hasPrefix("id=") { id = String(field.dropFirst(3)) }
                if field.hasPrefix("name=") { name = String(field.dropFirst(5)) }
            }
            return id.map { ($0, name) }
        }
    }
}
