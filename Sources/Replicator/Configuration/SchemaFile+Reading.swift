import BinlogReader
import Foundation

extension SchemaFile {
    /// Reads the file at `path`, which the user gave as `shown`. Throws in one line, which begins with `option`, if that cannot
    /// be.
    init(reading path: String, as shown: String, option: String) throws(ConfigurationError) {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError("\(option) \(shown): there is no such file, or it may not be read")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError("\(option) \(shown): it is not UTF-8")
        }
        self.init(text, path: shown, fingerprint: String(StableHash.of(text), radix: 16))
    }
}
