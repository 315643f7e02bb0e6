/// A file of SQL that declares tables: CREATE TABLE statements, as SHOW CREATE TABLE or `mysqldump --no-data` print them;
/// other statements are passed over. A table without a database is in that of the last USE, or in the one that the dump says
/// it is of.
package struct SchemaFile: Sendable {
    package let text: String
    /// What to call it.
    package let path: String
    /// Another one if the text is.
    package let fingerprint: String

    package init(_ text: String, path: String, fingerprint: String) {
        self.text = text
        self.path = path
        self.fingerprint = fingerprint
    }
}
