import Rows

/// Columns of the source.
extension Typer {
    func column(_ index: Int, _ span: SourceSpan) throws(MappingError) -> TypedExpression {
        let column = scope.table.columns[index]
        let type = try valueType(of: column, span)
        var result = TypedExpression(type, span, try code(for: column, index, type, span))
        result.column = index
        return result
    }

    private func valueType(of column: Column, _ span: SourceSpan) throws(MappingError) -> ValueType {
        var type: ValueType
        switch column.type {
        case .integer(let byteCount, let isUnsigned):
            // Length: Type_limits_int::char_length.
            type =
                switch byteCount {
                case 1: ValueType(.tiny, maxLength: isUnsigned ? 3 : 4)
                case 2: ValueType(.short, maxLength: isUnsigned ? 5 : 6)
                case 3: ValueType(.medium, maxLength: 8)
                case 4: ValueType(.long, maxLength: isUnsigned ? 10 : 11)
                default: ValueType(.longLong, maxLength: 20)
                }
            type.isUnsigned = isUnsigned
        case .decimal(let precision, let scale):
            type = .decimal(precision: Int(precision), scale: Int(scale))
        case .float: type = ValueType(.float, maxLength: 12, decimals: ValueType.notFixed)
        case .double: type = ValueType(.double, maxLength: 22, decimals: ValueType.notFixed)
        case .bit(let width):
            type = ValueType(.bit, maxLength: Int(width), isUnsigned: true, text: .binary)
        case .year: type = ValueType(.year, maxLength: 4, isUnsigned: true)
        case .date: type = ValueType(.date, maxLength: 10)
        case .time(let digits): type = ValueType(.time, maxLength: Self.length(10, digits), decimals: Int(digits))
        case .dateTime(let digits):
            type = ValueType(.dateTime, maxLength: Self.length(19, digits), decimals: Int(digits))
        case .timestamp(let digits):
            // The server's TIMESTAMP has the flag UNSIGNED, and hands it on to numbers.
            type = ValueType(
                .timestamp, maxLength: Self.length(19, digits), decimals: Int(digits), isUnsigned: true)
        case .text(let collation):
            try check(collation, of: column, span)
            type = Self.text(collation, isASCII: collation.charset == .ascii)
        case .json:
            // MariaDB's JSON is LONGTEXT COLLATE utf8mb4_bin.
            type = Self.text(Collation(id: 46), isASCII: false)
        case .binary(let length):
            type = Self.text(.binary, isASCII: false)
            type.maxLength = Int(length)
        case .blob: type = Self.text(.binary, isASCII: false)
        case .enumeration(let labels), .set(let labels):
            guard let collation = column.labelCollation else {
                throw error(
                    span,
                    "the collation of \(column.name) is not known, so it cannot be used in an expression")
            }
            try check(collation, of: column, span)
            type = Self.text(collation, isASCII: collation.charset == .ascii)
            if case .set = column.type { type.kind = .set } else { type.kind = .enumeration }
            type.decimals = 0
            let lengths = labels.map(\.unicodeScalars.count)
            type.maxLength =
                type.kind == .set ? lengths.reduce(0, +) + max(0, labels.count - 1) : lengths.max() ?? 0
        case .geometry, .vector, .uuid, .inet4, .inet6:
            throw error(span, "columns of type \(Self.name(of: column.type)) are not supported in expressions yet")
        }
        type.isNullable = column.isNullable
        return type
    }

    private static func length(_ whole: Int, _ fractionDigits: UInt8) -> Int {
        whole + (fractionDigits > 0 ? Int(fractionDigits) + 1 : 0)
    }

    private static func text(_ collation: Collation, isASCII: Bool) -> ValueType {
        ValueType(
            .text, maxLength: ValueType.unknownLength, decimals: ValueType.notFixed,
            text: TextAttributes(collation: collation, derivation: .implicit, isASCII: isASCII))
    }

    private static func name(of type: ColumnType) -> String {
        switch type {
        case .geometry: "GEOMETRY"
        case .vector: "VECTOR"
        case .uuid: "UUID"
        case .inet4: "INET4"
        default: "INET6"
        }
    }

    /// Text that expressions can work with: UTF-8, or one byte a character.
    private func check(_ collation: Collation, of column: Column, _ span: SourceSpan) throws(MappingError) {
        guard let charset = collation.charset else {
            throw error(span, "the character set of \(column.name) is not known, so it cannot be used in an expression")
        }
        guard charset.isUTF8 || charset == .binary || SingleByteCharset.isOne(charset) else {
            throw error(span, "text in \(charset.name) (column \(column.name)) is not supported in expressions yet")
        }
    }

    private func code(
        for column: Column, _ index: Int, _ type: ValueType, _ span: SourceSpan
    ) throws(MappingError) -> TypedExpression.Code {
        switch column.type {
        case .integer, .bit, .year: return .integer(Self.integerColumn(index, span))
        case .float, .double: return .real(Self.realColumn(index, span))
        case .decimal(let precision, let scale):
            return .decimal(Self.decimalColumn(index, precision: Int(precision), scale: Int(scale), span))
        case .date: return .temporal(map(Self.integerColumn(index, span)) { $0 == 0 ? 0 : Self.packedDate($0) })
        case .time, .dateTime: return .temporal(Self.integerColumn(index, span))
        case .timestamp:
            return .temporal(
                map(Self.integerColumn(index, span)) {
                    $0 == 0 ? 0 : DateTimeParts(microsecondsSince1970: $0).packed
                })
        case .binary(let length): return .text(Self.paddedColumn(index, length: Int(length), span))
        case .text, .json, .blob: return .text(Self.textColumn(index, span))
        case .enumeration(let labels), .set(let labels):
            return .label(
                Self.integerColumn(index, span), labels: try self.labels(labels, in: type.text.collation, span))
        case .geometry, .vector, .uuid, .inet4, .inet6: return .null
        }
    }

    /// ``ColumnType/date`` as ``ColumnType/dateTime(fractionDigits:)``.
    private static func packedDate(_ date: Int64) -> Int64 {
        DateTimeParts(date: UInt64(bitPattern: date)).packed
    }

    private func labels(
        _ labels: [String], in collation: Collation, _ span: SourceSpan
    ) throws(MappingError) -> [Text] {
        guard collation.charset?.isUTF8 != true, let charset = SingleByteCharset(collation) else {
            return labels.map { pool.add($0.utf8) }
        }
        var texts: [Text] = []
        for label in labels {
            var bytes: [UInt8] = []
            guard charset.append(utf8: Array(label.utf8).span, to: &bytes) else {
                throw error(span, "the label \(label) does not exist in the column's character set")
            }
            texts.append(pool.add(bytes))
        }
        return texts
    }

    // MARK: - Reading cells

    private static func failure(_ cell: Cell, _ index: Int, _ span: SourceSpan) -> EvaluationFailure {
        if case .absent = cell { return EvaluationFailure(reason: .absent(column: index), span: span) }
        return EvaluationFailure(reason: .mismatch(column: index), span: span)
    }

    private static func integerColumn(_ index: Int, _ span: SourceSpan) -> Evaluator<Int64> {
        { (context) throws(EvaluationFailure) in
            switch context.cell(index) {
            case .int(let value): return value
            case .uint(let value): return Int64(bitPattern: value)
            case .null: return nil
            case let cell: throw failure(cell, index, span)
            }
        }
    }

    private static func realColumn(_ index: Int, _ span: SourceSpan) -> Evaluator<Double> {
        { (context) throws(EvaluationFailure) in
            switch context.cell(index) {
            // No server stores NaN or an infinity, and no conversion expects one.
            case .double(let value) where value.isFinite: return value
            case .float(let value) where value.isFinite: return Double(value)
            case .null: return nil
            case let cell: throw failure(cell, index, span)
            }
        }
    }

    private static func textColumn(_ index: Int, _ span: SourceSpan) -> Evaluator<Text> {
        { (context) throws(EvaluationFailure) in
            switch context.cell(index) {
            case .bytes(let range): return Text(source: .bytes, start: range.start, count: range.count)
            case .computed(let range): return Text(source: .computed, start: range.start, count: range.count)
            case .null: return nil
            case let cell: throw failure(cell, index, span)
            }
        }
    }

    private static func paddedColumn(_ index: Int, length: Int, _ span: SourceSpan) -> Evaluator<Text> {
        let column = textColumn(index, span)
        return { (context) throws(EvaluationFailure) in
            guard let text = try column(&context) else { return nil }
            guard text.count < length else { return text }
            return context.transform(text) { bytes, output in
                for index in 0..<length { output.append(index < bytes.count ? bytes[index] : 0) }
            }
        }
    }

    private static func decimalColumn(
        _ index: Int, precision: Int, scale: Int, _ span: SourceSpan
    ) -> Evaluator<Decimal> {
        let column = textColumn(index, span)
        return { (context) throws(EvaluationFailure) in
            guard let text = try column(&context) else { return nil }
            guard
                let value = context.read(text, { Decimal(packed: $0, precision: precision, scale: scale) })
            else { throw EvaluationFailure(reason: .mismatch(column: index), span: span) }
            return value
        }
    }
}
