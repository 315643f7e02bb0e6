import Foundation
import TestSupport
import Testing

/// Counting what reaches the SQLite target, change by change.
extension ShopFixture {
    /// Has triggers log every change that reaches the target file.
    func logChanges() throws {
        try sqlite(Self.audit)
    }

    /// How many changes have been logged.
    func changes() throws -> Int {
        Int(try sqlite("SELECT COUNT(*) FROM audit").trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    }

    /// The triggers' log of `slots` equals, change by change, what the server's own tool reads in the binary log.
    /// - Parameter other: whose log; nil: the shop's own server's.
    func expectExactlyOnce(of other: (any DatabaseServer)? = nil, sourceLocation: SourceLocation = #_sourceLocation)
        throws
    {
        let applied = try sqlite("SELECT what FROM audit WHERE what LIKE 'slots%' ORDER BY n")
            .split(separator: "\n").map(String.init)
        let logged = try RowsOfBinlogText.changes(of: "slots", in: other ?? server, kind)
        #expect(applied.count == logged.count, sourceLocation: sourceLocation)
        #expect(applied == logged, sourceLocation: sourceLocation)
    }

    /// `slots` is copied, so that each row event of the source is one logged change.
    private static let audit = """
        CREATE TABLE audit (n INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT);
        CREATE TRIGGER slots_i AFTER INSERT ON slots BEGIN
            INSERT INTO audit (what) VALUES ('slots insert ' || NEW.id || ' ' || NEW.code || ' ' || NEW.n); END;
        CREATE TRIGGER slots_u AFTER UPDATE ON slots BEGIN
            INSERT INTO audit (what) VALUES ('slots update ' || NEW.id || ' ' || NEW.code || ' ' || NEW.n); END;
        CREATE TRIGGER slots_d AFTER DELETE ON slots BEGIN
            INSERT INTO audit (what) VALUES ('slots delete ' || OLD.id || ' ' || OLD.code || ' ' || OLD.n); END;
        CREATE TRIGGER orders_i AFTER INSERT ON open_orders BEGIN
            INSERT INTO audit (what) VALUES ('orders insert ' || NEW.order_id); END;
        CREATE TRIGGER orders_u AFTER UPDATE ON open_orders BEGIN
            INSERT INTO audit (what) VALUES ('orders update ' || NEW.order_id); END;
        CREATE TRIGGER orders_d AFTER DELETE ON open_orders BEGIN
            INSERT INTO audit (what) VALUES ('orders delete ' || OLD.order_id); END;
        """
}
