import Rows

// What databases say of a row that collides with what they hold.

extension SinkError.Collision {
    /// What the case means, for a message.
    var reason: String {
        switch self {
        case .uniqueClash: "another row of the target holds a value that must be unique"
        case .missingParent: "the target has no row that it refers to"
        case .childExists: "other rows of the target refer to it"
        case .invalidValue: "the target does not take one of its values"
        }
    }

    /// What an operator can do about it.
    var wayOut: String {
        switch self {
        case .uniqueClash: "change or remove that row, or drop the key"
        case .missingParent:
            "put the row there that it refers to, drop the foreign key, or leave it unchecked (foreign-keys = ignore)"
        case .childExists: "remove those rows, drop the foreign key, or leave it unchecked (foreign-keys = ignore)"
        case .invalidValue: "change the target's column (ALTER TABLE), or what the view gives it"
        }
    }
}

extension SinkError {
    /// The target's refusal of one row: nothing moves on before someone has mended what `reason` says.
    init(refusal collision: Collision, _ reason: String, _ wayOut: String, row: Row, of batch: RowBatch) {
        self.init(
            .rejected(collision),
            "\(collision.rawValue): \(reason): \(wayOut); then go on with replicator resume, or start it again",
            row: row, of: batch)
    }

    /// The same, of the first row that could not be written for it.
    func located(at batch: RowBatch) -> SinkError {
        guard disposition == .fatal, let row = batch.rows.first else { return self }
        return SinkError(.fatal, message, row: row, of: batch)
    }
}
