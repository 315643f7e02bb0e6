extension Expression {
    /// The expressions that it is directly made of.
    var children: [Expression] { Self.children(of: kind) }

    static func children(of kind: Kind) -> [Expression] {
        switch kind {
        case .column, .input, .literal: []
        case .negate(let operand), .not(let operand), .test(let operand, _, _), .cast(let operand, _),
            .collate(let operand, _, _):
            [operand]
        case .arithmetic(_, let left, let right), .comparison(_, let left, let right), .logic(_, let left, let right):
            [left, right]
        case .inList(let operand, let list, _): [operand] + list
        case .between(let operand, let low, let high, _): [operand, low, high]
        case .like(let operand, let pattern, let escape, _): [operand, pattern] + (escape.map { [$0] } ?? [])
        case .choice(let operand, let branches, let otherwise):
            (operand.map { [$0] } ?? []) + branches.flatMap { [$0.when, $0.then] } + (otherwise.map { [$0] } ?? [])
        case .function(_, let arguments): arguments
        }
    }

    /// The first expression within it, itself included, that `predicate` is true of.
    func first(where predicate: (Expression) -> Bool) -> Expression? {
        if predicate(self) { return self }
        for child in children {
            if let found = child.first(where: predicate) { return found }
        }
        return nil
    }
}
