import FuzzSupport

/// Changes an input by what events are: mutations stay inside one event, whose size follows, so that the others are still
/// found.
struct EventMutator {
    private var random: FuzzRandom
    /// libFuzzer's own mutations, which know what the code compares with: given bytes and how many at the end are room to
    /// grow into; returns how many are used.
    private let mutateBytes: (inout [UInt8], Int) -> Int

    init(_ random: FuzzRandom, mutateBytes: @escaping (inout [UInt8], Int) -> Int) {
        self.random = random
        self.mutateBytes = mutateBytes
    }

    mutating func mutate(_ input: FuzzInput, maximum: Int) -> [UInt8] {
        var input = input
        let index = random.next(below: max(1, input.events.count))
        guard input.events.indices.contains(index), input.events[index].count >= 19 else { return input.bytes }
        let room = max(0, min(64, maximum - input.bytes.count))
        switch random.next(below: 20) {
        case 0: input.options = FuzzInput.Options(rawValue: UInt8(random.next(below: 256)))
        case 1: input.events.remove(at: index)
        case 2: input.events.insert(input.events[index], at: random.next(below: input.events.count + 1))
        case 3: input.events.swapAt(index, random.next(below: input.events.count))
        case 4: input.events[index][4] = types[random.next(below: types.count)]
        case 5:
            // Time, server, next position, flags.
            let place = [0, 5, 13, 17][random.next(below: 4)] + random.next(below: 2)
            input.events[index][place] = UInt8(random.next(below: 256))
        case 6..<12: setNumber(in: &input.events[index])
        default: mutateBody(of: &input.events[index], room: room)
        }
        return input.bytes
    }

    /// A number at the edge of its width, such as lengths and counts may be, somewhere in the body.
    private mutating func setNumber(in event: inout [UInt8]) {
        guard event.count > 19 else { return }
        let width = [1, 1, 2, 3, 4, 8, 9][random.next(below: 7)]
        let values: [UInt64] = [
            0, 1, 0x7F, 0x80, 0xFA, 0xFB, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, 1 << 63, .max,
        ]
        let value = values[random.next(below: values.count)]
        var bytes = (0..<min(8, width)).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
        // Length-encoded: 254, then eight bytes.
        if width == 9 { bytes = [254] + bytes }
        let place = 19 + random.next(below: event.count - 19)
        for (index, byte) in bytes.enumerated() where place + index < event.count { event[place + index] = byte }
    }

    private func mutateBody(of event: inout [UInt8], room: Int) {
        var body = Array(event[19...]) + [UInt8](repeating: 0, count: room)
        guard !body.isEmpty else { return }
        let count = mutateBytes(&body, room)
        event = Array(event[..<19]) + body.prefix(count)
    }

    /// Types of events that some server writes.
    private let types: [UInt8] = [
        2, 3, 4, 5, 13, 14, 15, 16, 17, 18, 19, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 38, 39, 40, 41, 42,
        160,
        161, 162, 163, 164, 165, 166, 167, 168, 169, 170, 171, 172,
    ]
}

/// SplitMix64: libFuzzer hands each mutation its seed.
struct FuzzRandom {
    var state: UInt64

    mutating func next(below limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int(truncatingIfNeeded: (mixed ^ (mixed >> 31)) % UInt64(max(1, limit)))
    }
}
