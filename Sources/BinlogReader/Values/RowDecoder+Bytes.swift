internal import Rows

/// The bytes of a batch.
extension RowDecoder {
    /// Gives the batch the rows' bytes, which `body` has read from `start` on, and behind them what was decompressed: in
    /// front of them, where that is large.
    mutating func setBytes(
        of batch: inout RowBatch, _ body: borrowing ByteCursor, from start: Int, _ owner: [UInt8]
    ) {
        let count = body.offset - start
        if inflated.count >= Self.largeByteCount, UInt32(exactly: count + inflated.count) != nil {
            batch.moveBytes(from: body.end - start, inFrontOf: inflated.count)
            swap(&batch.bytes, &inflated)
            appendBytes(of: body, from: start, count, isShared: !owner.isEmpty, to: &batch)
            inflated.removeAll()
            return
        }
        if !owner.isEmpty, start == 0, body.remaining == 0 {
            batch.bytes = owner
        } else {
            appendBytes(of: body, from: start, count, isShared: !owner.isEmpty, to: &batch)
        }
        if inflated.isEmpty { return }
        batch.bytes.append(contentsOf: inflated)
        if body.remaining > 0 { batch.moveInflated(from: body.end - start, by: body.remaining) }
    }

    private func appendBytes(
        of body: borrowing ByteCursor, from start: Int, _ count: Int, isShared: Bool, to batch: inout RowBatch
    ) {
        guard count >= Self.largeByteCount, !isShared, movesLargeEvents else {
            body.append(start..<start + count, to: &batch.bytes)
            return
        }
        batch.bytes.reserveCapacity(batch.bytes.count + count + inflated.count)
        body.bytes.extracting(start..<start + count).withUnsafeBytes { Pages.move($0, to: &batch.bytes) }
    }
}

extension RowBatch {
    /// The values that are said to begin at `start` or behind it begin `distance` bytes before that.
    fileprivate mutating func moveInflated(from start: Int, by distance: Int) {
        for index in cells.indices {
            guard case .bytes(var range) = cells[index], Int(range.start) >= start else { continue }
            range.start -= UInt32(distance)
            cells[index] = .bytes(range)
        }
    }

    /// The values that are said to begin at `start` or behind it are the batch's first `count` bytes, and all others come
    /// behind these.
    fileprivate mutating func moveBytes(from start: Int, inFrontOf count: Int) {
        let (start, count) = (UInt32(start), UInt32(count))
        for index in cells.indices {
            switch cells[index] {
            case .bytes(var range):
                range.start = range.start >= start ? range.start - start : range.start + count
                cells[index] = .bytes(range)
            case .binaryJSON(var range):
                range.start += count
                cells[index] = .binaryJSON(range)
            case .changedJSON(var ranges):
                ranges.document += count
                ranges.changes += count
                cells[index] = .changedJSON(ranges)
            default: break
            }
        }
    }
}
