import Rows

/// How the rows of one target table lie in Redis.
struct RedisTableLayout {
    let table: Table
    let format: RedisSettings.Format
    let key: RedisKeyLayout
    /// The key's template, for messages: a key itself holds row data.
    let template: String
    /// For hashes: each column's field as a word of a command.
    let fields: [[UInt8]]
    /// For strings: what stands in front of each column's value, `{"id":` or `,"name":`.
    let members: [[UInt8]]

    /// Throws what `check` says of a table that cannot be kept.
    init(_ table: Table, _ settings: RedisSettings) throws(Problem) {
        self.table = table
        format = settings.format
        guard !table.primaryKey.isEmpty else { throw Problem(text: SinkError.missingKey(table)) }
        let template = settings.keyTemplate ?? RedisKeyTemplate(standardFor: table)
        self.template = template.text
        do throws(RedisKeyLayout.UnknownColumn) {
            key = try RedisKeyLayout(template, for: table)
        } catch {
            throw Problem(
                text: "key = \(template.text): \(table.qualifiedName) has no column \(error.name) "
                    + "(its columns are \(table.columns.map(\.name).joined(separator: ", ")))")
        }
        let columns = key.columns
        let missing = table.primaryKey.filter { !columns.contains($0) }.map { "{\(table.columns[$0].name)}" }
        guard missing.isEmpty else {
            throw Problem(
                text: "key = \(template.text): lacks \(missing.joined(separator: " and ")) of the primary key of "
                    + "\(table.qualifiedName), so different rows would get the same key")
        }
        fields = table.columns.map { RedisCommands.encoded($0.name) }
        members = table.columns.enumerated().map { index, column in
            var text: [UInt8] = [index == 0 ? UInt8(ascii: "{") : UInt8(ascii: ",")]
            JSONText.appendString(column.name, to: &text)
            text.append(UInt8(ascii: ":"))
            return text
        }
    }

    struct Problem: Error {
        let text: String
    }
}
