import Rows
import Testing

@testable import Replicator

@Suite struct TargetPlanTests {
    private func plan(ties: String = "[]") throws -> TargetPlan {
        let file = try MappingFile.parse(path: "m.sql", text: "CREATE VIEW dw.v AS SELECT id FROM shop.s WHERE id > 1;")
        var plan = TargetPlan(
            views: file.views, unmapped: .copy, tables: try TablePatterns("shop.*, !shop.x"), lanes: 8, isKeyed: true,
            sink: "w")
        plan.ties = try #require(TargetTies(text: ties))
        return plan
    }

    private func lane(_ plan: TargetPlan, _ table: String) throws -> Int {
        let columns = [Column(name: "id", type: .integer(byteCount: 4, unsigned: false), isNullable: false)]
        let source = Table(database: "shop", name: table, columns: columns, primaryKey: [0])
        return try #require(plan.routes(for: source).first).lane
    }

    @Test func `tied targets share a lane, wherever they would be by themselves`() throws {
        let plain = try plan()
        let names = ["a", "b", "c", "s"]
        #expect(Set(try names.map { try lane(plain, $0) }).count > 1)
        let tied = try plan(ties: #"[["dw","v","g"],["shop","a","g"],["shop","b","g"]]"#)
        #expect(Set(try ["a", "b", "s"].map { try lane(tied, $0) }).count == 1)
        #expect(try lane(tied, "c") == lane(plain, "c"))
    }

    @Test func `the text that a checkpoint keeps makes the same plan`() throws {
        for ties in ["[]", #"[["dw","v","a \"group\"\n"],["shop","a","a \"group\"\n"]]"#] {
            let plan = try plan(ties: ties)
            let again = try TargetPlan(text: plan.text, lanes: 8, isKeyed: true, sink: "w")
            #expect(again.text == plan.text)
            #expect(again.ties == plan.ties)
            #expect(again.tables.text == "shop.*, !shop.x")
            #expect(again.views.map(\.name) == ["v"])
        }
    }

    @Test func `a plan without views is read again too`() throws {
        let plan = TargetPlan(
            views: [], unmapped: .copy, tables: try TablePatterns("shop.*"), lanes: 2, isKeyed: true, sink: "w")
        let again = try TargetPlan(text: plan.text, lanes: 2, isKeyed: true, sink: "w")
        #expect(again.text == plan.text && again.views.isEmpty)
    }

    @Test func `a plan without ties reads as before there were any`() throws {
        #expect(try plan().text.split(separator: "\n").prefix(2) == ["tables shop.*, !shop.x", "unmapped copy"])
        #expect(try !plan().text.contains("ties"))
    }

    @Test(arguments: ["", "tables a.*", "tables a.*\nunmapped never\n", "tables a.*\nunmapped copy\nties [[1]]\n"])
    func `a text that is none is refused`(text: String) {
        #expect(throws: PlanError.self) { try TargetPlan(text: text, lanes: 1, isKeyed: true, sink: "w") }
    }
}
