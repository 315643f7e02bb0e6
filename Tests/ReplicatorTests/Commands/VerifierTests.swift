import BinlogReader
import Foundation
import Rows
import Sinks
import TestSupport
import Testing

@testable import Replicator

/// A target that has no rows, and says of their loss what it is given.
private final class EmptyReader: TargetReader {
    let loss: Result<String?, SinkError>

    init(_ loss: Result<String?, SinkError>) {
        self.loss = loss
    }

    func readRows(of table: Table, _ body: ([[UInt8]?]) throws -> Void) {}
    func lossFinding(for table: Table) throws -> String? { try loss.get() }
}

@Suite struct VerifierTests {
    private static func differences(_ loss: Result<String?, SinkError>) throws -> [String] {
        let fixture = try LanesFixture(source: "CREATE TABLE a (id INT PRIMARY KEY)", target: "")
        try fixture.server.execute("INSERT INTO a VALUES (1), (2)", database: "shop")
        let source = try SourceViews(try Configuration(path: fixture.configuration()), pipeline: "p")
        let plan = TargetPlan(
            views: [], unmapped: .copy, tables: try TablePatterns("shop.*"), lanes: 1, isKeyed: true, sink: "p")
        let table = try #require(try source.tables(where: plan.concerns).first)
        let route = try #require(try plan.routes(for: table).first)
        let target = VerifiedTarget(
            name: "shop.a", table: route.target, selects: [SourceSelect(route, from: table, on: source.flavour)])
        defer { try? fixture.server.stop() }
        return try TableComparison(sink: "events", target: target, source: source, reader: EmptyReader(loss)).run()
            .differences
    }

    @Test func `differences stay found where nobody can tell why rows are missing`() throws {
        let differences = try Self.differences(.failure(SinkError(.retriable, "no broker answers")))
        #expect(differences.count == 4, "\(differences)")
        #expect(differences.contains("2 rows missing, 0 extra, 0 different"), "\(differences)")
        #expect(
            differences.last == "why rows are missing could not be asked: no broker answers", "\(differences)")
    }

    @Test func `why rows are missing names the sink to begin anew`() throws {
        let differences = try Self.differences(.success("begin anew with --reset-checkpoint"))
        #expect(differences.last == "begin anew with --reset-checkpoint --sink events", "\(differences)")
    }

    @Test func `each sink is waited for, however long the one before took`() throws {
        let fixture = try LanesFixture(source: "CREATE TABLE a (id INT PRIMARY KEY)", target: "CREATE TABLE a (id)")
        defer { try? fixture.server.stop() }
        let path = try fixture.configuration()
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let both = try fixture.scratch.write(text + "\n[sink second]\nurl = sqlite:target.db\n", to: "both.conf")
        let start = ContinuousClock.now
        let report = try Verifier(configuration: Configuration(path: both), only: [], waitSeconds: 1).run()
        #expect(ContinuousClock.now - start >= .seconds(2))
        #expect(report.lines.filter { $0.contains("has not begun") }.count == 2, "\(report.lines)")
    }
}
