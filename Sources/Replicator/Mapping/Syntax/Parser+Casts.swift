/// `CAST(value AS type)`, `CONVERT(value, type)`.
extension Parser {
    mutating func cast() throws(MappingError) -> Expression {
        let start = take().span.start
        try expect(symbol: "(")
        let value = try expression()
        try expect(keyword: "AS")
        let target = try castTarget()
        try expect(symbol: ")")
        return Expression(span: SourceSpan(start: start, end: lastEnd), kind: .cast(value, target))
    }

    mutating func convert() throws(MappingError) -> Expression {
        let start = take()
        try expect(symbol: "(")
        let value = try expression()
        if token.keyword == "USING" { throw notYet("CONVERT … USING", at: token.span) }
        try expect(symbol: ",")
        let target = try castTarget()
        try expect(symbol: ")")
        return Expression(span: SourceSpan(start: start.span.start, end: lastEnd), kind: .cast(value, target))
    }

    private mutating func castTarget() throws(MappingError) -> CastTarget {
        let word = token
        guard word.kind == .word else { throw expected("a type") }
        switch word.keyword {
        case "SIGNED", "UNSIGNED":
            take()
            if !take(keyword: "INTEGER") { _ = take(keyword: "INT") }
            return word.keyword == "SIGNED" ? .signed : .unsigned
        case "INT", "INTEGER":
            take()
            return .signed
        case "DECIMAL", "DEC":
            take()
            return try decimal(word.span)
        case "DOUBLE":
            take()
            _ = take(keyword: "PRECISION")
            if token.isSymbol("(") { throw notYet("a length of DOUBLE", at: token.span) }
            return .double
        case "FLOAT":
            take()
            if token.isSymbol("(") { throw notYet("a length of FLOAT", at: token.span) }
            return .float
        case "CHAR", "VARCHAR", "CHARACTER":
            take()
            let length = try length()
            if ["CHARACTER", "CHARSET", "ASCII", "UNICODE", "COLLATE"].contains(token.keyword) {
                throw notYet("a character set in CAST", at: token.span)
            }
            return .char(length: length)
        case "BINARY":
            take()
            return .binary(length: try length())
        case "DATE":
            take()
            return .date
        case "TIME":
            take()
            return .time(fractionDigits: try fractionDigits())
        case "DATETIME":
            take()
            return .dateTime(fractionDigits: try fractionDigits())
        default:
            throw notYet("CAST to \(word.keyword)", at: word.span)
        }
    }

    /// `(n)`, if it is there.
    private mutating func length() throws(MappingError) -> Int? {
        guard take(symbol: "(") else { return nil }
        let number = try integer()
        try expect(symbol: ")")
        return number
    }

    private mutating func integer() throws(MappingError) -> Int {
        guard token.kind == .integer else { throw expected("a number") }
        guard let number = Int(token.text), number <= UInt32.max else {
            throw error(token.span, "this number is too large")
        }
        take()
        return number
    }

    private mutating func fractionDigits() throws(MappingError) -> Int {
        let span = following.span
        let digits = try length() ?? 0
        guard digits <= 6 else { throw error(span, "a time has at most 6 fraction digits") }
        return digits
    }

    /// `(precision, scale)`: 10 and 0 where they are left out.
    private mutating func decimal(_ span: SourceSpan) throws(MappingError) -> CastTarget {
        guard take(symbol: "(") else { return .decimal(precision: 10, scale: 0) }
        var precision = try integer()
        let scale = take(symbol: ",") ? try integer() : 0
        try expect(symbol: ")")
        // The server's check_decimal rules (get_decimal_precision_scale in sql/sql_type.cc): 0 means the default.
        if precision == 0, scale == 0 { precision = 10 }
        guard precision <= 65 else { throw error(span, "DECIMAL has at most 65 digits") }
        guard scale <= 38 else { throw error(span, "DECIMAL has at most 38 fraction digits") }
        guard precision >= scale else {
            throw error(span, "DECIMAL(\(precision),\(scale)): the scale is larger than the precision")
        }
        return .decimal(precision: precision, scale: scale)
    }
}
