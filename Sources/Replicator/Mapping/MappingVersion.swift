extension ViewDefinition {
    /// Rises when the same definitions come to mean something else, so that it shows in ``mappingVersion(of:)``.
    private static let semanticVersion = 1

    /// A fingerprint of what the views say: 16 hexadecimal digits, the same in every process, whatever the order of
    /// the views, their comments and spaces.
    public static func mappingVersion(of views: [ViewDefinition]) -> String {
        // FNV-1a, 64 bits.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        let texts = views.map(\.normalizedText).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for text in ["\(semanticVersion)"] + texts {
            for byte in text.utf8 + [0] {
                hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
            }
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
