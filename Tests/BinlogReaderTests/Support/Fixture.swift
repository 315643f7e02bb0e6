import Foundation

/// A recorded binlog file: see Fixtures/README.md.
struct Fixture: CustomStringConvertible, Sendable {
    let name: String
    let path: String
    let bytes: [UInt8]
    /// The file's events, cut by the sizes in their headers.
    let events: [[UInt8]]

    var description: String { name }

    init(_ name: String) throws {
        self.name = name
        path =
            URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/\(name)").path
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        var events: [[UInt8]] = []
        var offset = 4
        while offset + 19 <= bytes.count {
            let size = (0..<4).reduce(0) { $0 | Int(bytes[offset + 9 + $1]) << ($1 * 8) }
            events.append(Array(bytes[offset..<offset + size]))
            offset += size
        }
        self.bytes = bytes
        self.events = events
    }

    /// What has to come before the event for it to be in place: the file's head, the transaction's begin, table maps.
    func context(of index: Int) -> [[UInt8]] {
        guard index > 0 else { return [] }
        var context: [[UInt8]] = []
        for event in events[1..<index].reversed() {
            // GTID of either server, BEGIN, TABLE_MAP
            if [33, 162, 2, 19].contains(event[4]) { context.append(event) }
            if [33, 162].contains(event[4]) { break }
        }
        return [events[0]] + context.reversed()
    }

    static let names = [
        "mariadb-crc32.binlog", "mariadb-minimal.binlog", "mariadb-compressed.binlog", "mysql-9.7.binlog",
        "mysql-payload.binlog", "mysql-partial.binlog",
    ]
}
