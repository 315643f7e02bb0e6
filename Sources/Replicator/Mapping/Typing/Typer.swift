import Rows

/// Finds the types of expressions by the server's rules, and what evaluates them. The rules are those of MariaDB 10.11
/// (sql/sql_type.cc, sql/item*.cc) in a session with `sql_mode = 'ANSI_QUOTES'`, `time_zone = '+00:00'` and
/// `SET NAMES utf8mb4`; the differential test compares each with a server.
struct Typer {
    let scope: ColumnScope
    let pool: ConstantPool

    func error(_ span: SourceSpan, _ message: String) -> MappingError {
        scope.error(span, message)
    }

    func type(_ expression: Expression) throws(MappingError) -> TypedExpression {
        let span = expression.span
        switch expression.kind {
        case .column(let reference): return try column(scope.resolve(reference, at: span), span)
        case .input(let input): return self.input(input, span)
        case .literal(let literal): return try self.literal(literal, span)
        case .negate(let operand): return try negate(operand, span)
        case .arithmetic(let operation, let left, let right):
            return try arithmetic(operation, type(left), type(right), span)
        case .function(let name, let arguments): return try function(name, arguments, span)
        case .comparison, .logic, .not, .test, .inList, .between, .like, .choice, .cast, .collate:
            throw error(span, "this expression is not supported yet")
        }
    }

    private func function(
        _ name: String, _ arguments: [Expression], _ span: SourceSpan
    ) throws(MappingError) -> TypedExpression {
        throw error(span, "the function \(name) is not supported yet")
    }

    /// The text of a constant expression; nil if it is NULL.
    func constantText(_ expression: TypedExpression) -> [UInt8]? {
        var evaluation = Evaluation(constants: pool.bytes)
        guard let text = try? expression.textEvaluator(evaluation: &evaluation) else { return nil }
        return evaluation.read(text) { bytes in
            var copy: [UInt8] = []
            for index in bytes.indices { copy.append(bytes[index]) }
            return copy
        }
    }
}

extension TypedExpression {
    fileprivate func textEvaluator(evaluation: inout Evaluation) throws(EvaluationFailure) -> Text? {
        try ownText(&evaluation)
    }
}
