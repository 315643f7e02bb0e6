/// Operators, from the loosest to the tightest, as in the grammar of sql/sql_yacc.yy. Where MySQL and MariaDB read a
/// chain of predicates in different ways (`a LIKE b LIKE c`), only the reading they share is accepted.
extension Parser {
    /// How deep expressions may be nested; each level is a few stack frames here, in the typer and in the evaluator.
    private static let maximumDepth = 100
    /// How many operators may follow each other on one level: the tree grows to the left by one level with each.
    private static let maximumChain = 500
    /// How many levels the tree of an expression may have: the typer and the evaluator call themselves for each.
    private static let maximumHeight = maximumChain + maximumDepth

    mutating func expression() throws(MappingError) -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else {
            throw error(token.span, "expressions nested deeper than \(Self.maximumDepth) levels are not supported")
        }
        let value = try disjunction()
        guard value.height <= Self.maximumHeight else {
            throw error(value.span, "an expression of more than \(Self.maximumHeight) levels is not supported")
        }
        return value
    }

    private mutating func chain(
        _ operand: (inout Parser) throws(MappingError) -> Expression,
        _ next: (inout Parser) throws(MappingError) -> ((Expression, Expression) -> Expression.Kind)?
    ) throws(MappingError) -> Expression {
        var left = try operand(&self)
        var length = 0
        while let make = try next(&self) {
            length += 1
            guard length <= Self.maximumChain else {
                throw error(token.span, "more than \(Self.maximumChain) operators in a row are not supported")
            }
            let right = try operand(&self)
            left = Expression(span: left.span.joined(to: right.span), kind: make(left, right))
        }
        return left
    }

    private mutating func disjunction() throws(MappingError) -> Expression {
        try chain({ (parser) throws(MappingError) in try parser.exclusiveDisjunction() }) {
            $0.take(keyword: "OR") || $0.take(symbol: "||") ? { .logic(.or, $0, $1) } : nil
        }
    }

    private mutating func exclusiveDisjunction() throws(MappingError) -> Expression {
        try chain({ (parser) throws(MappingError) in try parser.conjunction() }) {
            $0.take(keyword: "XOR") ? { .logic(.exclusiveOr, $0, $1) } : nil
        }
    }

    private mutating func conjunction() throws(MappingError) -> Expression {
        try chain({ (parser) throws(MappingError) in try parser.negation() }) {
            $0.take(keyword: "AND") || $0.take(symbol: "&&") ? { .logic(.and, $0, $1) } : nil
        }
    }

    private mutating func negation() throws(MappingError) -> Expression {
        var starts: [Int] = []
        while token.keyword == "NOT" { starts.append(take().span.start) }
        guard starts.count <= Self.maximumDepth else { throw error(token.span, "too many NOTs") }
        var value = try comparison()
        for start in starts.reversed() {
            value = Expression(span: SourceSpan(start: start, end: value.span.end), kind: .not(value))
        }
        return value
    }

    // MARK: - Comparison, IS, predicates

    private mutating func comparison() throws(MappingError) -> Expression {
        var left = try predicate()
        var length = 0
        while true {
            length += 1
            guard length <= Self.maximumChain else { throw error(token.span, "too many comparisons in a row") }
            if let comparison = comparisonOperator {
                take()
                for word in ["ALL", "ANY", "SOME"] where token.keyword == word && following.isSymbol("(") {
                    throw refused("a subquery")
                }
                let right = try predicate()
                left = Expression(span: left.span.joined(to: right.span), kind: .comparison(comparison, left, right))
            } else if take(keyword: "IS") {
                let negated = take(keyword: "NOT")
                guard let truth = Truth(rawValue: token.keyword) else {
                    throw expected("NULL, TRUE, FALSE or UNKNOWN")
                }
                let span = SourceSpan(start: left.span.start, end: take().span.end)
                left = Expression(span: span, kind: .test(left, truth, negated: negated))
            } else {
                return left
            }
        }
    }

    private var comparisonOperator: ComparisonOperator? {
        guard token.kind == .symbol else { return nil }
        return token.text == "!=" ? .notEqual : ComparisonOperator(rawValue: token.text)
    }

    private mutating func predicate() throws(MappingError) -> Expression {
        let left = try sum()
        let negated = token.keyword == "NOT"
        switch (negated ? following : token).keyword {
        case "IN":
            if negated { take() }
            take()
            try expect(symbol: "(")
            if token.keyword == "SELECT" { throw refused("a subquery") }
            var values: [Expression] = []
            repeat { values.append(try expression()) } while take(symbol: ",")
            try expect(symbol: ")")
            return Expression(
                span: SourceSpan(start: left.span.start, end: lastEnd),
                kind: .inList(left, values, negated: negated))
        case "BETWEEN":
            if negated { take() }
            take()
            let low = try sum()
            try expect(keyword: "AND")
            let high = try nested { (parser) throws(MappingError) in try parser.predicate() }
            return Expression(
                span: left.span.joined(to: high.span),
                kind: .between(left, low: low, high: high, negated: negated))
        case "LIKE":
            if negated { take() }
            take()
            let pattern = try sum()
            let escape = take(keyword: "ESCAPE") ? try unary() : nil
            return Expression(
                span: left.span.joined(to: escape?.span ?? pattern.span),
                kind: .like(left, pattern: pattern, escape: escape, negated: negated))
        case "REGEXP", "RLIKE", "SOUNDS":
            throw notYet((negated ? following : token).keyword, at: (negated ? following : token).span)
        default:
            if token.keyword == "MEMBER" { throw notYet("MEMBER OF", at: token.span) }
            return left
        }
    }

    private mutating func nested(
        _ body: (inout Parser) throws(MappingError) -> Expression
    ) throws(MappingError) -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw error(token.span, "expressions are nested too deep") }
        return try body(&self)
    }

    func notYet(_ what: String, at span: SourceSpan) -> MappingError {
        error(span, "\(what) is not supported yet")
    }

    // MARK: - Arithmetic

    private mutating func sum() throws(MappingError) -> Expression {
        let value = try chain({ (parser) throws(MappingError) in try parser.product() }) {
            (parser) throws(MappingError) in
            guard parser.token.isSymbol("+") || parser.token.isSymbol("-") else { return nil }
            if parser.following.keyword == "INTERVAL" { throw parser.notYet("INTERVAL", at: parser.following.span) }
            return parser.take().text == "+" ? { .arithmetic(.add, $0, $1) } : { .arithmetic(.subtract, $0, $1) }
        }
        for symbol in ["|", "&", "<<", ">>", "->"] where token.isSymbol(symbol) {
            throw notYet("the operator \(symbol)", at: token.span)
        }
        return value
    }

    private mutating func product() throws(MappingError) -> Expression {
        try chain({ (parser) throws(MappingError) in try parser.unary() }) { (parser) throws(MappingError) in
            if parser.take(symbol: "*") { return { .arithmetic(.multiply, $0, $1) } }
            if parser.take(symbol: "/") { return { .arithmetic(.divide, $0, $1) } }
            if parser.take(symbol: "%") || parser.take(keyword: "MOD") { return { .arithmetic(.modulo, $0, $1) } }
            if parser.take(keyword: "DIV") { return { .arithmetic(.integerDivide, $0, $1) } }
            if parser.token.isSymbol("^") { throw parser.notYet("the operator ^", at: parser.token.span) }
            return nil
        }
    }

    private mutating func unary() throws(MappingError) -> Expression {
        let start = token.span.start
        if token.isSymbol("+") || token.isSymbol("-") || token.isSymbol("!") || token.keyword == "BINARY" {
            let operation = take()
            let value = try nested { (parser) throws(MappingError) in try parser.unary() }
            let span = SourceSpan(start: start, end: value.span.end)
            switch operation.text {
            case "+": return value
            case "-": return Expression(span: span, kind: .negate(value))
            case "!": return Expression(span: span, kind: .not(value))
            default: return Expression(span: span, kind: .cast(value, .binary(length: nil)))
            }
        }
        if token.isSymbol("~") { throw notYet("the operator ~", at: token.span) }
        var value = try primary()
        var length = 0
        while take(keyword: "COLLATE") {
            length += 1
            guard length <= Self.maximumDepth else { throw error(token.span, "too many collations in a row") }
            let name = token.kind == .string ? take() : try name("a collation")
            value = Expression(
                span: SourceSpan(start: start, end: lastEnd),
                kind: .collate(value, name: name.text.lowercased(), nameSpan: name.span))
        }
        return value
    }
}
