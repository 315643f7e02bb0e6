import Foundation
import TestSupport
import Testing

/// What README and docs/ show can be copied as it stands.
@Suite(.serialized) struct DocsTests {
    /// An indented block of a document.
    private struct Block: CustomStringConvertible {
        var place: String
        var text: String

        var description: String { place }
    }

    private static let blocks = Result { try Self.readBlocks() }

    private func blocks(where isMeant: (String) -> Bool) throws -> [Block] {
        try Self.blocks.get().filter { isMeant($0.text) }
    }

    private static func readBlocks() throws -> [Block] {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let docs = try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent("docs").path)
        return try (["README.md"] + docs.filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }).flatMap { name in
            let text = try String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)
            var blocks: [Block] = []
            var isInside = false
            for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                if line.hasPrefix("    ") || isInside && line.isEmpty {
                    if !isInside { blocks.append(Block(place: "\(name):\(number + 1)", text: "")) }
                    blocks[blocks.count - 1].text += line.dropFirst(4) + "\n"
                    isInside = true
                } else {
                    isInside = false
                }
            }
            return blocks
        }
    }

    @Test func `every configuration reads, with keys and values that there are`() throws {
        let configurations = try blocks { $0.contains("[source]\n") }
        #expect(configurations.count >= 2)
        // Where they connect to, nobody listens.
        let proxy = try TCPProxy(to: 1)
        proxy.stop()
        for block in configurations {
            let scratch = try ScratchFolder()
            try FileManager.default.createDirectory(
                atPath: scratch.file("mappings"), withIntermediateDirectories: true)
            try scratch.write("CREATE VIEW v AS SELECT id FROM d.t;", to: "mappings/v.sql")
            let text = block.text.replacing(#/(@|//)[a-z0-9.]+:\d+/#) { "\($0.1)127.0.0.1:\(proxy.port)" }
            for line in text.split(separator: "\n") {
                guard let file = line.firstMatch(of: #/^password-file\s*=\s*([a-z.]+)$/#)?.1 else { continue }
                try scratch.write("not-used\n", to: String(file))
            }
            let path = try scratch.write(text, to: "replicator.conf")
            let (end, output, errors) = try ReplicatorProcess.run(["check", "-c", path], timeout: 120)
            #expect(end == .exited(3), "\(block): \(output)\(errors)")
            #expect(!output.contains("unknown"), "\(block): \(output)")
        }
    }

    @Test func `every mapping compiles, and all SQL for the server runs there`() throws {
        let server = try MariaDBServer()
        try server.execute(
            """
            CREATE DATABASE shop; CREATE DATABASE shop_1;
            CREATE TABLE shop.orders (
                id INT PRIMARY KEY, customer_id INT, customer VARCHAR(40), amount INT, quantity INT,
                unit_price DECIMAL(8,2), status ENUM('draft','placed','paid','sent'), name VARCHAR(30));
            CREATE TABLE shop_1.orders_1 LIKE shop.orders
            """)
        for block in try blocks(where: { $0.contains("CREATE VIEW") }) {
            let scratch = try ScratchFolder()
            try scratch.write(block.text, to: "view.sql")
            let path = try scratch.write(
                "[source]\nurl = \(server.url)\n[sink out]\nurl = stdout:\nmappings = view.sql\n", to: "replicator.conf"
            )
            let (end, output, errors) = try ReplicatorProcess.run(["check", "-c", path])
            #expect(end == .exited(0), "\(block): \(output)\(errors)")
        }
        let statements = try blocks { ["SET ", "CREATE USER", "GRANT "].contains(where: $0.hasPrefix) }
        #expect(statements.count >= 3)
        for block in statements {
            #expect(throws: Never.self, "\(block)") { try server.execute(block.text) }
        }
    }

    @Test func `every command line is one`() throws {
        let scratch = try ScratchFolder()
        let proxy = try TCPProxy(to: 1)
        proxy.stop()
        var count = 0
        for block in try blocks(where: { $0.contains("replicator ") }) {
            for line in block.text.split(separator: "\n") where line.hasPrefix("replicator ") {
                let command = line.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
                    .replacing(#/@[a-z0-9.]+:\d+/#) { _ in "@127.0.0.1:\(proxy.port)" }
                // In a folder where none of the files are: what is wrong with it must be that, and not the words.
                let (end, output, errors) = try Program.run(
                    "sh",
                    [
                        "-c", "cd \"$1\" && replicator=$2 && eval \"\\\"\\$replicator\\\" ${3#replicator }\"",
                        "sh", scratch.path, try ReplicatorProcess.path(), command,
                    ])
                #expect(
                    !errors.contains(#/^replicator [a-z]+: |is not a command|is not supported yet/#),
                    "\(block): \(errors)")
                #expect(end != .exited(127), "\(block): \(command): \(output)")
                count += 1
            }
        }
        #expect(count > 5)
    }
}
