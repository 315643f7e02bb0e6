/// What operators join: literals, names, parentheses, CASE, functions.
extension Parser {
    mutating func primary() throws(MappingError) -> Expression {
        switch token.kind {
        case .integer: return literal(.integer(token.text))
        case .decimal: return literal(.decimal(token.text))
        case .float: return literal(.float(token.text))
        case .hexadecimal:
            let bytes = Self.bytes(ofHexadecimal: token.text)
            return literal(source.slice(token.span).hasSuffix("'") ? .binary(bytes) : .hexadecimal(bytes))
        case .bits: return literal(.hexadecimal(Self.bytes(ofBits: token.text)))
        case .string: return string()
        case .quotedName: return try column()
        case .symbol where token.isSymbol("("): return try parenthesized()
        case .word: return try word()
        default: throw expected("an expression")
        }
    }

    private mutating func literal(_ value: Literal) -> Expression {
        Expression(span: take().span, kind: .literal(value))
    }

    /// Strings that follow each other are one.
    private mutating func string() -> Expression {
        let first = take()
        var text = first.text
        while token.kind == .string { text += take().text }
        return Expression(span: SourceSpan(start: first.span.start, end: lastEnd), kind: .literal(.string(text)))
    }

    private static func bytes(ofHexadecimal digits: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var high: UInt8? = digits.utf8.count % 2 == 1 ? 0 : nil
        for digit in digits.utf8.compactMap(\.hexDigit) {
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return bytes
    }

    private static func bytes(ofBits digits: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        for (index, digit) in digits.utf8.enumerated() {
            byte = byte << 1 | (digit & 1)
            if (digits.utf8.count - index) % 8 == 1 {
                bytes.append(byte)
                byte = 0
            }
        }
        return bytes
    }

    private mutating func parenthesized() throws(MappingError) -> Expression {
        let start = take().span.start
        if token.keyword == "SELECT" || token.keyword == "WITH" { throw refused("a subquery") }
        let value = try expression()
        if token.isSymbol(",") { throw notYet("a row of values", at: token.span) }
        try expect(symbol: ")")
        return Expression(span: SourceSpan(start: start, end: lastEnd), kind: value.kind)
    }

    private mutating func word() throws(MappingError) -> Expression {
        switch token.keyword {
        case "NULL": return literal(.null)
        case "TRUE": return literal(.boolean(true))
        case "FALSE": return literal(.boolean(false))
        case "CASE": return try choice()
        case "CAST": return try cast()
        case "CONVERT": return try convert()
        case "EXISTS": throw refused("a subquery")
        case "INTERVAL", "MATCH", "VALUES", "ROW": throw notYet(token.keyword, at: token.span)
        default: break
        }
        if following.kind == .string {
            if let kind = TemporalLiteral(rawValue: token.keyword) {
                let start = take().span.start
                let text = take().text
                return Expression(
                    span: SourceSpan(start: start, end: lastEnd), kind: .literal(.temporal(kind, text)))
            }
            if token.text.hasPrefix("_") {
                throw notYet("a character set before a string", at: token.span)
            }
        }
        if following.isSymbol("("), !token.text.hasPrefix("_") { return try function() }
        if token.text.hasPrefix("_"), !following.isSymbol(".") { return try input() }
        if Self.functionsWithoutParentheses.contains(token.keyword) { throw notYet(token.keyword, at: token.span) }
        return try column()
    }

    private static let functionsWithoutParentheses: Set = [
        "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "CURRENT_USER", "CURRENT_ROLE", "LOCALTIME",
        "LOCALTIMESTAMP", "UTC_DATE", "UTC_TIME", "UTC_TIMESTAMP",
    ]

    /// A name with a leading underscore. (A column of such a name is reached by quoting it.)
    private mutating func input() throws(MappingError) -> Expression {
        let known = Input.allCases.map(\.rawValue).joined(separator: ", ")
        guard let input = Input(rawValue: token.text) else {
            if ["_key", "_topic", "_partition_key", "_ttl", "_deleted"].contains(token.text) {
                throw error(token.span, "\(token.text) is an output: it can stand only behind AS")
            }
            throw error(
                token.span,
                "unknown input \(token.text): there are \(known); a column of this name is written `\(token.text)`")
        }
        return Expression(span: take().span, kind: .input(input))
    }

    private mutating func column() throws(MappingError) -> Expression {
        let start = token.span.start
        var names = [try name("a column").text]
        while names.count < 3, take(symbol: ".") {
            if token.isSymbol("*") { throw error(token.span, "write * alone: a view reads one table") }
            // Behind a point a reserved word is a name.
            names.append(token.kind == .word ? take().text : try name("a column").text)
        }
        let span = SourceSpan(start: start, end: lastEnd)
        let reference = ColumnReference(
            database: names.count == 3 ? names[0] : nil, table: names.count > 1 ? names[names.count - 2] : nil,
            name: names[names.count - 1])
        return Expression(span: span, kind: .column(reference))
    }

    private mutating func choice() throws(MappingError) -> Expression {
        let start = take().span.start
        let operand = token.keyword == "WHEN" ? nil : try expression()
        var branches: [Expression.Branch] = []
        while take(keyword: "WHEN") {
            let condition = try expression()
            try expect(keyword: "THEN")
            branches.append(Expression.Branch(when: condition, then: try expression()))
        }
        guard !branches.isEmpty else { throw expected("WHEN") }
        let otherwise = take(keyword: "ELSE") ? try expression() : nil
        try expect(keyword: "END")
        return Expression(
            span: SourceSpan(start: start, end: lastEnd),
            kind: .choice(operand: operand, branches: branches, otherwise: otherwise))
    }

    private mutating func function() throws(MappingError) -> Expression {
        let name = take()
        try expect(symbol: "(")
        guard Functions.isKnown(name.keyword) else {
            if Functions.aggregates.contains(name.keyword) {
                throw error(name.span, "\(name.keyword) is not supported in a mapping: a view's row is made of one row")
            }
            throw notYet("the function \(name.keyword)", at: name.span)
        }
        var arguments: [Expression] = []
        if !token.isSymbol(")") {
            if token.keyword == "SELECT" { throw refused("a subquery") }
            arguments.append(try expression())
            if Functions.substring.contains(name.keyword), take(keyword: "FROM") {
                arguments.append(try expression())
                if take(keyword: "FOR") { arguments.append(try expression()) }
            } else {
                while take(symbol: ",") { arguments.append(try expression()) }
            }
        }
        try expect(symbol: ")")
        let span = SourceSpan(start: name.span.start, end: lastEnd)
        if token.keyword == "OVER" { throw refused("a window function") }
        if let problem = Functions.problem(name.keyword, count: arguments.count) { throw error(span, problem) }
        return Expression(span: span, kind: .function(name: name.keyword, arguments))
    }
}
