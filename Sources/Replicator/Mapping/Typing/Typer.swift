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

    /// Calls itself for each level of the expression. Split by the number of operands, so that no level takes the stack
    /// that all of its cases together would.
    func type(_ expression: Expression) throws(MappingError) -> TypedExpression {
        switch expression.kind {
        case .column, .input, .literal: try leaf(expression)
        case .negate, .not, .test, .cast, .collate: try unary(expression)
        case .arithmetic, .comparison, .logic: try binary(expression)
        case .between, .inList, .like, .choice, .function: try other(expression)
        }
    }

    private func leaf(_ expression: Expression) throws(MappingError) -> TypedExpression {
        let span = expression.span
        switch expression.kind {
        case .column(let reference): return try column(scope.resolve(reference, at: span), span)
        case .input(let input): return self.input(input, span)
        case .literal(let literal): return try self.literal(literal, span)
        default: preconditionFailure("has operands")
        }
    }

    private func unary(_ expression: Expression) throws(MappingError) -> TypedExpression {
        let span = expression.span
        switch expression.kind {
        case .negate(let operand): return try negate(operand, span)
        case .not(let operand): return try not(type(operand), span)
        case .test(let operand, let truth, let negated): return try test(type(operand), truth, negated: negated, span)
        case .cast(let operand, let target): return try cast(type(operand), target, span)
        case .collate(let operand, let name, let nameSpan): return try collate(type(operand), name, nameSpan, span)
        default: preconditionFailure("has not one operand")
        }
    }

    private func binary(_ expression: Expression) throws(MappingError) -> TypedExpression {
        let span = expression.span
        switch expression.kind {
        case .arithmetic(let operation, let left, let right):
            return try arithmetic(operation, type(left), type(right), span)
        case .comparison(let operation, let left, let right):
            return try comparison(operation, type(left), type(right), span)
        case .logic(let operation, let left, let right): return try logic(operation, type(left), type(right), span)
        default: preconditionFailure("has not two operands")
        }
    }

    private func other(_ expression: Expression) throws(MappingError) -> TypedExpression {
        let span = expression.span
        switch expression.kind {
        case .function(let name, let arguments): return try function(name, arguments, span)
        case .between(let value, let low, let high, let negated):
            return try between(type(value), type(low), type(high), negated: negated, span)
        case .inList(let value, let list, let negated):
            return try inList(type(value), types(list), negated: negated, span)
        case .like(let value, let pattern, let escape, let negated):
            let escape = try escape.map { (expression) throws(MappingError) in try type(expression) }
            return try like(type(value), type(pattern), escape: escape, negated: negated, span)
        case .choice(let operand, let branches, let otherwise):
            return try choice(operand: operand, branches: branches, otherwise: otherwise, span)
        default: preconditionFailure("has one operand, two, or none")
        }
    }

    func types(_ expressions: [Expression]) throws(MappingError) -> [TypedExpression] {
        var types: [TypedExpression] = []
        for expression in expressions { types.append(try type(expression)) }
        return types
    }

    private func function(
        _ name: String, _ arguments: [Expression], _ span: SourceSpan
    ) throws(MappingError) -> TypedExpression {
        let arguments = try types(arguments)
        switch name {
        case "COALESCE", "IFNULL", "NVL": return try coalesce(arguments, span)
        case "NULLIF": return try nullIf(arguments[0], arguments[1], span)
        case "IF": return try conditional(arguments, span)
        case "CONCAT": return try concat(arguments, span)
        case "UPPER", "UCASE": return try changeCase(to: .upper, arguments[0], span)
        case "LOWER", "LCASE": return try changeCase(to: .lower, arguments[0], span)
        case "SUBSTRING", "SUBSTR", "MID": return try substring(arguments, span)
        case "MOD": return try arithmetic(.modulo, arguments[0], arguments[1], span)
        default: throw error(span, "the function \(name) is not supported yet")
        }
    }
}
