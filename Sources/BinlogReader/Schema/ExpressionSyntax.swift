/// The little that is read of expressions.
enum ExpressionSyntax {
    /// Passes over what may follow DEFAULT, ON UPDATE, COMMENT and the like: a literal, a call, or parentheses.
    static func skipTerm(_ reader: inout StatementReader) {
        while reader.take(anyOf: ["BINARY", "INTERVAL"]) != nil {}
        _ = reader.takeSymbol("-") || reader.takeSymbol("+")
        if reader.takeParenthesised() != nil { return }
        if reader.take("NEXT", "VALUE", "FOR") || reader.take("PREVIOUS", "VALUE", "FOR") {
            _ = reader.takeTable(default: "")
            return
        }
        if reader.take("CASE") {
            var depth = 1
            while depth > 0, !reader.isAtEnd {
                if reader.keyword == "CASE" { depth += 1 }
                if reader.keyword == "END" { depth -= 1 }
                reader.skip()
            }
            return
        }
        if reader.takeSymbol("@") {
            _ = reader.takeSymbol("@")
        } else if reader.takeSymbol(".") {
            // .5
        }
        let word = reader.keyword
        reader.skip()
        skipRest(of: word, &reader)
    }

    private static func skipRest(of word: String?, _ reader: inout StatementReader) {
        if let word, word.first?.isNumber ?? false {
            skipNumber(word, &reader)
            return
        }
        // x'…', _latin1'…', DATE '…', 'a' 'b'
        while case .string = reader.peek() { reader.skip() }
        while reader.takeSymbol(".") { reader.skip() }
        _ = reader.takeParenthesised()
    }

    /// `1.5`, `1.5e-3`, `1e+5`
    private static func skipNumber(_ word: String, _ reader: inout StatementReader) {
        var last = word
        if reader.takeSymbol(".") {
            guard let fraction = reader.keyword, fraction.first?.isNumber ?? false else { return }
            reader.skip()
            last = fraction
        }
        if last.hasSuffix("E"), !last.hasPrefix("0X"), reader.takeSymbol("-") || reader.takeSymbol("+") {
            reader.skip()
        }
    }

    /// The columns that cannot hold anything but JSON where `condition` holds: `JSON_VALID(c)` is all of it, or a term
    /// of its ANDs. (MariaDB prints such a condition in small letters, and takes it in any.)
    static func jsonColumns(_ condition: StatementReader) -> Set<String> {
        var condition = condition
        // Parentheses around the whole.
        for _ in 0..<16 {
            guard var inner = condition.takeParenthesised(), condition.isAtEnd else { break }
            inner.rewind()
            condition = inner
        }
        condition.rewind()
        var columns: Set<String> = []
        while !condition.isAtEnd {
            if condition.take("JSON_VALID"), var arguments = condition.takeParenthesised(),
                let name = arguments.takeName(), arguments.isAtEnd, condition.isAtEnd || condition.keyword == "AND"
            {
                columns.insert(name)
            }
            while !condition.isAtEnd, condition.keyword != "AND" {
                if ["OR", "XOR"].contains(condition.keyword) { return [] }
                if condition.takeParenthesised() == nil { condition.skip() }
            }
            condition.skip()
        }
        return columns
    }
}

/// What follows REFERENCES.
enum ReferenceSyntax {
    static func skip(_ reader: inout StatementReader) {
        _ = reader.takeTable(default: "")
        _ = reader.takeParenthesised()
        while true {
            if reader.take("MATCH") {
                reader.skip()
            } else if reader.take("ON", "DELETE") || reader.take("ON", "UPDATE") {
                if reader.take("SET") || reader.take("NO") {}
                reader.skip()
            } else {
                return
            }
        }
    }
}
