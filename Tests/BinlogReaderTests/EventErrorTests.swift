import BinlogReader
import Rows
import Testing

@Suite struct EventErrorTests {
    @Test(arguments: [
        ("d.t", "é", #"binlog.000001:4: Write_rows of d.t, column "é": "#),
        ("d.a\nlevel=error b", "c", #"of d.a\nlevel=error b, column "c": "#),
        ("d.t", "\u{1B}[2J\u{2028}\u{202E}", #"column "\u{1B}[2J\u{2028}\u{202E}": "#),
    ])
    func `an error is one line whatever the names in the log hold`(table: String, column: String, part: String) {
        let error = EventError(
            position: BinlogPosition(file: "binlog.000001", offset: 4), eventType: "Write_rows", table: table,
            column: column, cause: .invalid(.value, at: 30))
        #expect("\(error)".contains(part), "\(error)")
        #expect("\(error)".hasSuffix(": corrupt event: impossible value at byte 30"))
        #expect("\(error)".split(whereSeparator: \.isNewline).count == 1)
    }
}
