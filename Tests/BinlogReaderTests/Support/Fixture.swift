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

    static let names = [
        "mariadb-crc32.binlog", "mariadb-minimal.binlog", "mariadb-compressed.binlog", "mysql-9.7.binlog",
    ]
}
