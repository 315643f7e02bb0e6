/// ENUM and SET as their labels; as numbers where a log without full metadata does not tell the labels.
enum LabelText {
    /// The label of an ENUM's `index`, counted from 1; 0 is the empty string that stands for an invalid value.
    static func append(index: UInt64, labels: [String], to output: inout [UInt8]) throws(ValueError) {
        if labels.isEmpty { return IntegerText.append(index, to: &output) }
        if index == 0 { return }
        guard index <= UInt64(labels.count) else { throw .labelOutOfRange(labelCount: labels.count) }
        output.append(labels[Int(index) - 1].utf8Span.span)
    }

    /// The labels of a SET's bits, joined by commas in the order of their definition, as the server prints them.
    static func append(bits: UInt64, labels: [String], to output: inout [UInt8]) throws(ValueError) {
        if labels.isEmpty { return IntegerText.append(bits, to: &output) }
        var rest = bits
        var isFirst = true
        while rest != 0 {
            let bit = rest.trailingZeroBitCount
            guard bit < labels.count else { throw .labelOutOfRange(labelCount: labels.count) }
            if !isFirst { output.append(UInt8(ascii: ",")) }
            output.append(labels[bit].utf8Span.span)
            isFirst = false
            rest &= rest - 1
        }
    }
}
