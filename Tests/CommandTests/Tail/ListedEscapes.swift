import Foundation
import TestSupport

/// How the servers' programs print bytes in single quotes.
struct ListedEscapes {
    /// What stands for a byte; nil: itself.
    private let escapes: [[UInt8]?]
    private let areControlsOnly: Bool

    /// MariaDB's prints bytes below 0x20 as `\x0a`, and all others as they are: quotes and backslashes, too. MySQL's has
    /// `\n` for some, and puts a backslash in front of these.
    init(_ kind: ServerKind) {
        var escapes = [[UInt8]?](repeating: nil, count: 256)
        for byte in 0..<32 { escapes[byte] = Array(String(format: "\\x%02x", byte).utf8) }
        if kind == .mySQL {
            for (byte, letter) in [(0x08, "b"), (0x09, "t"), (0x0A, "n"), (0x0C, "f"), (0x0D, "r"), (0x27, "'")] {
                escapes[byte] = Array("\\\(letter)".utf8)
            }
            escapes[0x5C] = [0x5C, 0x5C]
        }
        self.escapes = escapes
        areControlsOnly = kind == .mariaDB
    }

    func quoted(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = [0x27]
        text.reserveCapacity(bytes.count + 2)
        bytes.withUnsafeBufferPointer { bytes in
            if areControlsOnly, !ControlCharacters.areIn(bytes) { return text.append(contentsOf: bytes) }
            for byte in bytes {
                if let escape = escapes[Int(byte)] { text.append(contentsOf: escape) } else { text.append(byte) }
            }
        }
        text.append(0x27)
        return text
    }
}
