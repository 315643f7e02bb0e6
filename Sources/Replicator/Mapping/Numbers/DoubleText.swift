import Glibc

/// Floating point numbers as the server's expressions turn them into text (my_gcvt and my_fcvt in strings/dtoa.c), which
/// is not their canonical text in a sink.
enum DoubleText {
    /// The shortest digits that read back equal, without trailing zeros, and where the point stands among them.
    struct Digits {
        var digits: InlineArray<20, UInt8> = InlineArray(repeating: 0)
        var count = 0
        /// Digits before the point; 0 or negative: zeros stand between the point and the first one.
        var point = 0

        init(_ magnitude: Double) {
            self.init(text: magnitude.description)
        }

        /// From a number as Swift or C prints it: `12.5`, `1e-07`, `1.25e+300`.
        init(text: String) {
            var exponent = 0
            var seenPoint = false
            var bytes = text.utf8.makeIterator()
            while let byte = bytes.next() {
                if byte == UInt8(ascii: ".") {
                    seenPoint = true
                } else if byte == UInt8(ascii: "e") {
                    var isNegative = false
                    while let byte = bytes.next() {
                        if byte == UInt8(ascii: "-") {
                            isNegative = true
                        } else if byte != UInt8(ascii: "+") {
                            exponent = exponent * 10 + Int(byte - UInt8(ascii: "0"))
                        }
                    }
                    if isNegative { exponent = -exponent }
                } else {
                    if count > 0 || byte != UInt8(ascii: "0") {
                        if count < 20 { digits[count] = byte - UInt8(ascii: "0") }
                        count += 1
                        if !seenPoint { point += 1 }
                    } else if seenPoint {
                        point -= 1
                    }
                }
            }
            count = min(count, 20)
            while count > 0, digits[count - 1] == 0 { count -= 1 }
            point += exponent
        }
    }

    /// As a DOUBLE without a fixed number of decimals.
    static func append(_ value: Double, to output: inout [UInt8]) {
        if value < 0 { output.append(UInt8(ascii: "-")) }
        append(Digits(value.magnitude), to: &output)
    }

    /// As a FLOAT: six significant digits.
    static func appendFloat(_ value: Double, to output: inout [UInt8]) {
        if value < 0 { output.append(UInt8(ascii: "-")) }
        append(Digits(text: formatted("%.5e", value.magnitude)), to: &output)
    }

    private static func append(_ number: Digits, to output: inout [UInt8]) {
        let zero = UInt8(ascii: "0")
        guard number.count > 0 else {
            output.append(zero)
            return
        }
        // MAX_DECPT_FOR_F_FORMAT is 15.
        if number.point >= -14, number.point <= 15 || number.count > number.point {
            if number.point <= 0 {
                output.append(zero)
                output.append(UInt8(ascii: "."))
                for _ in number.point..<0 { output.append(zero) }
            }
            for index in 0..<max(number.count, number.point) {
                if index > 0, index == number.point { output.append(UInt8(ascii: ".")) }
                output.append(zero + (index < number.count ? number.digits[index] : 0))
            }
        } else {
            output.append(zero + number.digits[0])
            if number.count > 1 {
                output.append(UInt8(ascii: "."))
                for index in 1..<number.count { output.append(zero + number.digits[index]) }
            }
            output.append(contentsOf: "e\(number.point - 1)".utf8)
        }
    }

    /// With a fixed number of decimals.
    static func append(_ value: Double, decimals: Int, to output: inout [UInt8]) {
        var shortest = Digits(value.magnitude)
        if value == 0 { shortest.point = 0 }
        guard shortest.count - shortest.point > decimals else {
            // No digit is lost: the shortest digits, filled up with zeros.
            if value < 0 { output.append(UInt8(ascii: "-")) }
            if shortest.point <= 0 { output.append(UInt8(ascii: "0")) }
            for index in 0..<max(0, shortest.point) {
                output.append(UInt8(ascii: "0") + (index < shortest.count ? shortest.digits[index] : 0))
            }
            if decimals > 0 { output.append(UInt8(ascii: ".")) }
            for index in shortest.point..<shortest.point + decimals {
                let digit = index >= 0 && index < shortest.count ? shortest.digits[index] : 0
                output.append(UInt8(ascii: "0") + digit)
            }
            return
        }
        let text = formatted("%.\(decimals)f", value)
        output.append(contentsOf: text.utf8)
        // The server's own: what rounds to nothing keeps its point.
        if text == "0" || text == "-0" { output.append(UInt8(ascii: ".")) }
    }

    /// The value that a client reads of a DOUBLE with a fixed number of decimals.
    static func shown(_ value: Double, decimals: Int) -> Double {
        var text: [UInt8] = []
        append(value, decimals: decimals, to: &text)
        return NumberPrefix.double(text.span)
    }

    /// C's printf of one double.
    private static func formatted(_ format: String, _ value: Double) -> String {
        withVaList([value]) { arguments in
            var buffer = [CChar](repeating: 0, count: 400)
            let count = vsnprintf(&buffer, buffer.count, format, arguments)
            return String(decoding: buffer.prefix(Int(max(0, count))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}
