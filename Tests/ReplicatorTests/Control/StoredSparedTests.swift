import BinlogReader
import Rows
import TestSupport
import Testing

@testable import Replicator

@Suite struct StoredSparedTests {
    @Test func `what is known of some columns is read back from the state file`() throws {
        let scratch = try ScratchFolder()
        let store = StoredSchemas(path: scratch.file("state.sqlite"), pipeline: "p")
        let place = BinlogPosition(file: "binlog.000003", offset: 44)
        let name = SchemaVersion.Name(database: "d", name: "t")
        let history = StoredHistory(
            base: place,
            versions: [
                SchemaVersion(
                    name, from: place,
                    .spared("CREATE TABLE `t` (\n  `a` int,\n  `b\n` uuid\n)", columns: [1], knowsPeriod: true),
                    isAsked: true)
            ])
        try store.replace(with: history)
        #expect(try store.load() == history)
        let none = SchemaVersion(
            name, from: place, .spared("CREATE TABLE `t` (a int)", columns: [], knowsPeriod: false))
        try store.add([none])
        #expect(try store.load()?.versions == [none])
    }
}
