/// What one statement did, as its answer says (protocol: OK packet).
public struct StatementOutcome: Equatable, Sendable {
    /// Rows changed, or with ``ConnectionOptions/countsFoundRows`` found. An INSERT … ON DUPLICATE KEY UPDATE counts 2 for
    /// a row that it changed.
    public var affectedRows: UInt64 = 0
    public var warningCount: UInt32 = 0
    /// Of an INSERT of two or more rows: how many found their key taken. Nil for other statements.
    public var duplicates: Int?

    public init() {}

    /// - Parameter information: the text beside the numbers: `Records: 4  Duplicates: 2  Warnings: 0` of such an
    ///   INSERT (sql_insert.cc, ER_INSERT_INFO), nil if there is none.
    init(affectedRows: UInt64, warningCount: UInt32, information: UnsafePointer<CChar>?) {
        self.affectedRows = affectedRows
        self.warningCount = warningCount
        guard let information else { return }
        duplicates = Self.secondNumber(of: information)
    }

    /// ``affectedRows``, where they are at most `count`; nil where the server says more than can be.
    public func affectedRows(atMost count: Int) -> Int? {
        Int(exactly: affectedRows).flatMap { $0 <= count ? $0 : nil }
    }

    private static func secondNumber(of text: UnsafePointer<CChar>) -> Int? {
        // SAFETY: the library ends the text with a zero, which no step goes beyond.
        var next = text
        // An UPDATE's begins with "Rows matched:".
        for byte in "Records:".utf8 {
            guard next.pointee == CChar(bitPattern: byte) else { return nil }
            next += 1
        }
        var colons = 1
        while next.pointee != 0, colons < 2 {
            if next.pointee == CChar(bitPattern: UInt8(ascii: ":")) { colons += 1 }
            next += 1
        }
        guard colons == 2, next.pointee == CChar(bitPattern: UInt8(ascii: " ")) else { return nil }
        next += 1
        var value = 0
        var digits = 0
        while let digit = Int(exactly: next.pointee), (0x30...0x39).contains(digit), digits < 18 {
            value = value * 10 + digit - 0x30
            digits += 1
            next += 1
        }
        return digits > 0 ? value : nil
    }
}
