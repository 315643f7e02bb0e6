import BinlogReader
import Foundation
import Rows

/// `binlogs/` and `golden/`: recorded files, and what two other decoders made of them.
enum GoldenPart {
    static func run(_ corpus: Corpus, _ tally: inout Tally) throws {
        let broken = try brokenFiles(corpus)
        for line in try corpus.lines("golden/summary.jsonl") {
            guard let file = line["file"]?.text else { throw CorpusError("summary.jsonl: a line without a file") }
            tally.begin(file)
            let path = corpus.path("binlogs/\(file)")
            // One that is not there would be refused by a clear error too.
            guard FileManager.default.fileExists(atPath: path) else {
                tally.fail("rows/\(file)", expected: "the file", actual: "none")
                continue
            }
            let reading = Reading(path: path)
            tally.record("rows/\(file)", compareCounts(reading, line, isBroken: broken.contains(file)))
            // Of a file that stopped it, the other decoder's lines say no more than ours.
            guard line["mbcj_end"]?["end"]?.text == "ok", counts(line["mbcj_rows"])?.isEmpty == false else { continue }
            do {
                tally.record("values/\(file)", compareValues(reading, try GoldenRow.rows(corpus, file)))
            } catch {
                tally.fail("values/\(file)", expected: "the other decoder's rows", actual: "\(error)")
            }
        }
    }

    /// The files that may be refused: damaged, cut off, encrypted, or of a format before row events.
    private static func brokenFiles(_ corpus: Corpus) throws -> Set<String> {
        var files: Set<String> = []
        for line in try corpus.lines("binlogs/MANIFEST.jsonl") {
            guard let file = line["file"]?.text else { throw CorpusError("MANIFEST.jsonl: a line without a file") }
            let features = (line["features"]?.array ?? []).compactMap { $0.text?.lowercased() }
            let marks = ["truncated", "encrypted", "bad-crc", "start-v3", "rows-pre-ga", "incident"]
            let isMarked = features.contains { feature in marks.contains { feature.contains($0) } }
            if isMarked || line["binlog_version"]?.integer ?? 0 < 4 { files.insert(file) }
        }
        return files
    }

    /// Rows by `database.table operation`.
    private static func counts(_ document: JSONDocument?) -> [String: Int]? {
        document?.object?.compactMapValues(\.integer)
    }

    private static func compareCounts(
        _ reading: Reading, _ line: JSONDocument, isBroken: Bool
    ) -> Outcome {
        var decoded: [String: Int] = [:]
        for row in reading.rows { decoded["\(row.table) \(row.row.operation)", default: 0] += 1 }
        let theirs = counts(line["mbcj_rows"]) ?? [:]
        let others = counts(line["mariadb_binlog_rows"]) ?? [:]
        // One of them does not read every format; what it reads, it reads right.
        let expected = theirs.values.reduce(0, +) >= others.values.reduce(0, +) ? theirs : others
        let readByBoth = line["mbcj_end"]?["end"]?.text == "ok" && line["mariadb_binlog_rc"]?.integer == 0
        if let error = reading.error {
            let shown = "\(show(decoded)) and \(error)"
            guard let clear = reading.clearError else {
                return .fail(expected: "rows, or a clear error of one line", actual: shown)
            }
            let mayBeRefused = (isBroken || !readByBoth) && (expected.isEmpty || decoded == expected)
            return mayBeRefused ? .refused(clear) : .fail(expected: show(expected), actual: shown)
        }
        return decoded == expected ? .pass : .fail(expected: show(expected), actual: show(decoded))
    }

    private static func show(_ counts: [String: Int]) -> String {
        counts.isEmpty
            ? "no rows" : counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    private static func compareValues(_ reading: Reading, _ golden: [GoldenRow]) -> Outcome {
        guard reading.rows.count == golden.count else {
            return .fail(
                expected: "\(golden.count) rows",
                actual: "\(reading.rows.count)" + (reading.error.map { " and \($0)" } ?? ""))
        }
        for (index, (ours, theirs)) in zip(reading.rows, golden).enumerated() {
            let images = [(ours.before, theirs.before), (ours.after, theirs.after)]
            guard ours.table == theirs.table, images.allSatisfy({ ($0 == nil) == ($1 == nil) }) else {
                return .fail(
                    expected: "row \(index): of \(theirs.table)", actual: "\(ours.table) \(ours.row.operation)")
            }
            for case (let values?, let texts?) in images {
                // The other decoder leaves out what is not in the image, and does not say which.
                let present = values.filter { !$0.isAbsent }
                guard present.count == texts.count else {
                    return .fail(expected: "row \(index): \(texts.count) values", actual: "\(present.count)")
                }
                for (value, text) in zip(present, texts) where !GoldenValue.isEqual(text, value) {
                    return .fail(
                        expected: "row \(index) of \(ours.table), \(value.column.name): \(text)", actual: value.shown)
                }
            }
        }
        return .pass
    }
}

/// A change of a row as mysql-binlog-connector-java decodes it.
struct GoldenRow {
    var table: String
    var before: [JSONDocument]?
    var after: [JSONDocument]?

    static func rows(_ corpus: Corpus, _ file: String) throws -> [GoldenRow] {
        var tables: [Int: String] = [:]
        var rows: [GoldenRow] = []
        for event in try corpus.lines("golden/mbcj/\(file).jsonl") {
            guard let type = event["type"]?.text else { continue }
            if type == "TABLE_MAP", let id = event["table_id"]?.integer { tables[id] = event["table"]?.text }
            guard type.hasSuffix("_ROWS"), let id = event["table_id"]?.integer, let table = tables[id] else { continue }
            for row in event["rows"]?.array ?? [] {
                rows.append(
                    type.contains("DELETE")
                        ? GoldenRow(table: table, before: row.array, after: nil)
                        : GoldenRow(table: table, before: nil, after: row.array))
            }
            for pair in event["before_after"]?.array ?? [] {
                guard let images = pair.array, images.count == 2 else {
                    throw CorpusError("a change without two images")
                }
                rows.append(GoldenRow(table: table, before: images[0].array, after: images[1].array))
            }
        }
        return rows
    }
}
