import Foundation
import FuzzSupport
import TestSupport
import Testing

/// What `make fuzz` has found worth keeping: see docs/development.md.
@Suite struct CorpusTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../Corpus").standardized

    /// Several at a time: a case for each would be a line of output for each.
    @Test func `every saved input ends in an error or a result`() throws {
        let scratch = try ScratchFolder()
        let run = FuzzRun(path: scratch.file("binlog.000001"))
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
        #expect(names.count > 100)
        var rows = 0
        var results = 0
        for name in names {
            let bytes = try Data(contentsOf: Self.folder.appendingPathComponent(name))
            let outcome = run.run(Array(bytes))
            rows += outcome.rowCount
            if outcome.error == nil { results += 1 }
        }
        // They get as far as the rows, and some to the end.
        #expect(rows > names.count / 2 && results > names.count / 20)
    }
}
