/// A binary JSON document that is being changed. Only the containers on the way to a change are taken apart; all else
/// stays bytes in the document, or in the change that brought it. The bytes of all of them are one buffer, which every
/// call is given.
struct BinaryJSONTree {
    private enum Node {
        /// A value as it lies in a document.
        case stored(document: Int, type: UInt8, offset: Int)
        case container(isObject: Bool, [Child])
    }

    private struct Child {
        var key: Key?
        var node: Int
    }

    /// A member's name: in a document, or, where a change brought it, in `names`.
    private struct Key {
        var document: Int?
        var range: Range<Int>
    }

    /// Where the documents lie: the one to change first.
    private var documents: [Range<Int>]
    /// How many values may still be taken out of each: none has more than one for every three bytes, however its
    /// pointers share what they point to.
    private var budgets: [Int]
    private var nodes: [Node]
    private var root = 0
    private var names: [UInt8] = []
    /// How many values may still be moved to make room, or to close a gap: a thousand changes at the front of a million
    /// values are some seconds' work, and no more than that is believed.
    private var moves = 1 << 30

    init(_ bytes: Span<UInt8>, document: Range<Int>) throws(ValueError) {
        guard !document.isEmpty else { throw .malformedJSON(offset: document.lowerBound) }
        documents = [document]
        budgets = [document.count / 3 + 1]
        nodes = [.stored(document: 0, type: bytes[document.lowerBound], offset: 1)]
    }

    /// Makes one change (`apply_json_diffs`). Throws where it does not fit the document.
    mutating func apply(_ diff: BinaryJSONDiff, _ bytes: Span<UInt8>) throws(ValueError) {
        guard let last = diff.path.legs.last else {
            guard diff.operation == .replace else { throw misfit(diff) }
            root = add(diff.value, bytes)
            return
        }
        var node = root
        for leg in diff.path.legs.dropLast() {
            guard let place = try place(of: leg, diff.path, in: node, bytes), place.isFound,
                case .container(_, let children) = nodes[node]
            else { throw misfit(diff) }
            node = children[place.index].node
        }
        guard let place = try place(of: last, diff.path, in: node, bytes) else { throw misfit(diff) }
        switch diff.operation {
        case .replace:
            guard place.isFound else { throw misfit(diff) }
            let value = add(diff.value, bytes)
            try change(node, at: nil) { $0[place.index].node = value }
        case .remove:
            guard place.isFound else { throw misfit(diff) }
            try change(node, at: place.index) { _ = $0.remove(at: place.index) }
        case .insert:
            var key: Key?
            if case .member(let range) = last {
                guard !place.isFound else { throw misfit(diff) }
                key = Key(document: nil, range: names.count..<names.count + range.count)
                names += diff.path.names[range]
            }
            let child = Child(key: key, node: add(diff.value, bytes))
            try change(node, at: place.index) { $0.insert(child, at: place.index) }
        }
    }

    private func misfit(_ diff: BinaryJSONDiff) -> ValueError { .malformedJSON(offset: diff.value.lowerBound) }

    private mutating func add(_ document: Range<Int>, _ bytes: Span<UInt8>) -> Int {
        documents.append(document)
        budgets.append(document.count / 3 + 1)
        nodes.append(.stored(document: documents.count - 1, type: bytes[document.lowerBound], offset: 1))
        return nodes.count - 1
    }

    /// Changes the children of a container; `index`: those behind it move.
    private mutating func change(_ node: Int, at index: Int?, _ body: (inout [Child]) -> Void) throws(ValueError) {
        guard case .container(let isObject, var children) = nodes[node] else { return }
        moves -= index.map { children.count - $0 } ?? 0
        guard moves >= 0 else { throw .malformedJSON(offset: 0) }
        nodes[node] = .container(isObject: isObject, [])  // the only owner of the children changes them
        body(&children)
        nodes[node] = .container(isObject: isObject, children)
    }

    /// Where the leg leads in a container; not found: where it is to be inserted. Nil: the value has no such legs.
    private mutating func place(
        of leg: JSONPath.Leg, _ path: JSONPath, in node: Int, _ bytes: Span<UInt8>
    ) throws(ValueError) -> (index: Int, isFound: Bool)? {
        try expand(node, bytes)
        guard case .container(let isObject, let children) = nodes[node] else { return nil }
        switch leg {
        case .cell(let index) where !isObject: return (min(index, children.count), index < children.count)
        case .cellFromEnd(let index) where !isObject:
            return (max(0, children.count - 1 - index), index < children.count)
        case .member(let range) where isObject:
            return search(children, for: path.names[range].span, bytes)
        default: return nil
        }
    }

    /// Members are in order of their names' lengths, then of their bytes (`Json_key_comparator`).
    private func search(
        _ children: [Child], for name: Span<UInt8>, _ bytes: Span<UInt8>
    ) -> (index: Int, isFound: Bool) {
        var (low, high) = (0, children.count)
        while low < high {
            let middle = (low + high) / 2
            let order = compare(children[middle].key, name, bytes)
            if order == 0 { return (middle, true) }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return (low, false)
    }

    /// Below 0: the key comes before `name`.
    private func compare(_ key: Key?, _ name: Span<UInt8>, _ bytes: Span<UInt8>) -> Int {
        guard let key else { return -1 }
        if key.range.count != name.count { return key.range.count - name.count }
        let start = key.document.map { documents[$0].lowerBound } ?? 0
        for index in name.indices {
            let place = start + key.range.lowerBound + index
            let byte = key.document == nil ? names[place] : bytes[place]
            if byte != name[index] { return byte < name[index] ? -1 : 1 }
        }
        return 0
    }

    /// Takes a container apart that is still bytes.
    private mutating func expand(_ node: Int, _ bytes: Span<UInt8>) throws(ValueError) {
        guard case .stored(let index, let type, let offset) = nodes[node] else { return }
        switch BinaryJSONType(rawValue: type) {
        case .smallObject, .largeObject, .smallArray, .largeArray: break
        default: return
        }
        let document = bytes.extracting(documents[index])
        let container = try BinaryJSONContainer(document, type: type, at: offset)
        guard container.count <= budgets[index] else { throw .malformedJSON(offset: offset) }
        budgets[index] -= container.count
        var children: [Child] = []
        children.reserveCapacity(container.count + 1)
        for child in 0..<container.count {
            let value = try container.value(child, in: document)
            let key: Key? =
                container.isObject ? Key(document: index, range: try container.key(child, in: document)) : nil
            children.append(Child(key: key, node: nodes.count))
            nodes.append(.stored(document: index, type: value.type, offset: value.offset))
        }
        nodes[node] = .container(isObject: container.isObject, children)
    }
}

// As text.
extension BinaryJSONTree {
    func append(
        _ bytes: Span<UInt8>, to output: inout [UInt8], _ emptying: BinaryJSONText.Emptying?
    ) throws(ValueError) {
        var readers = documents.map { BinaryJSONReader(byteCount: $0.count) }
        try append(root, bytes, depth: 0, &readers, to: &output, emptying)
    }

    private func append(
        _ node: Int, _ bytes: Span<UInt8>, depth: Int, _ readers: inout [BinaryJSONReader], to output: inout [UInt8],
        _ emptying: BinaryJSONText.Emptying?
    ) throws(ValueError) {
        switch nodes[node] {
        case .stored(let index, let type, let offset):
            try BinaryJSONText.append(
                bytes.extracting(documents[index]), type: type, at: offset, depth: depth, &readers[index], to: &output,
                emptying)
        case .container(let isObject, let children):
            guard depth < BinaryJSONText.greatestDepth else { throw .malformedJSON(offset: 0) }
            output.append(UInt8(ascii: isObject ? "{" : "["))
            for (index, child) in children.enumerated() {
                if index > 0 { output.append(", ") }
                if let key = child.key {
                    if let document = key.document {
                        let text = bytes.extracting(documents[document])
                        try BinaryJSONText.appendString(
                            text, try readers[document].take(key.range), to: &output, emptying)
                    } else {
                        try BinaryJSONText.appendString(names.span, key.range, to: &output, emptying)
                    }
                    output.append(": ")
                }
                try append(child.node, bytes, depth: depth + 1, &readers, to: &output, emptying)
                if let emptying { emptying(&output) }
            }
            output.append(UInt8(ascii: isObject ? "}" : "]"))
        }
    }
}

extension BinaryJSONText {
    /// Appends the text of a document with changes made to it: what the server logs with
    /// `binlog_row_value_options = PARTIAL_JSON`. Both lie in `bytes`. Throws where a change does not fit the document.
    public static func append(
        _ bytes: Span<UInt8>, document: Range<Int>, changedBy diffs: Range<Int>, to output: inout [UInt8],
        emptying: Emptying? = nil
    ) throws(ValueError) {
        var tree = try BinaryJSONTree(bytes, document: document)
        let limited = bytes.extracting(0..<diffs.upperBound)
        var offset = diffs.lowerBound
        while offset < diffs.upperBound { try tree.apply(try BinaryJSONDiff(limited, at: &offset), bytes) }
        try tree.append(bytes, to: &output, emptying)
    }
}
