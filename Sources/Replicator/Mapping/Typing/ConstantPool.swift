import Rows

/// The texts that are part of a view; evaluators find them as ``Text/Source/constant``. Grows while a view is compiled.
final class ConstantPool {
    private(set) var bytes: [UInt8] = []

    func add(_ text: some Collection<UInt8>) -> Text {
        let start = bytes.count
        bytes.append(contentsOf: text)
        return Text(source: .constant, start: UInt32(start), count: UInt32(bytes.count - start))
    }
}
