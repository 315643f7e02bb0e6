import FuzzSupport
import Glibc

// The entries that libFuzzer calls (FuzzedDataProvider's C interface in compiler-rt/include/fuzzer/FuzzerInterface.h); it
// brings `main` itself. `make fuzz` builds and runs this.

/// One thread runs all inputs.
nonisolated(unsafe) private let run = FuzzRun(path: "/dev/shm/replicator-fuzz.\(getpid())")

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    run.run(Array(UnsafeBufferPointer(start: data, count: size)))
    return 0
}

/// Changes the input in place, and returns its new size.
@_cdecl("LLVMFuzzerCustomMutator")
public func customMutator(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int, _ seed: CUnsignedInt) -> Int
{
    var random = FuzzRandom(state: UInt64(seed))
    // Now and then without regard to what it is.
    if size < 20 || random.next(below: 16) == 0 { return mutate(data, size, maximum) }
    var mutator = EventMutator(random) { bytes, room in
        bytes.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.map { mutate($0, buffer.count - room, buffer.count) } ?? 0
        }
    }
    let mutated = mutator.mutate(FuzzInput(Array(UnsafeBufferPointer(start: data, count: size))), maximum: maximum)
    return write(mutated, to: data, maximum)
}

/// Events of one input in the middle of another's.
@_cdecl("LLVMFuzzerCustomCrossOver")
public func customCrossOver(
    _ first: UnsafePointer<UInt8>, _ firstSize: Int, _ second: UnsafePointer<UInt8>, _ secondSize: Int,
    _ output: UnsafeMutablePointer<UInt8>, _ maximum: Int, _ seed: CUnsignedInt
) -> Int {
    var random = FuzzRandom(state: UInt64(seed))
    var input = FuzzInput(Array(UnsafeBufferPointer(start: first, count: firstSize)))
    let other = FuzzInput(Array(UnsafeBufferPointer(start: second, count: secondSize))).events
    let from = random.next(below: other.count + 1)
    let some = other[from..<min(other.count, from + 1 + random.next(below: 6))]
    input.events.insert(contentsOf: some, at: random.next(below: input.events.count + 1))
    return write(input.bytes, to: output, maximum)
}

@_silgen_name("LLVMFuzzerMutate")
private func mutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int) -> Int

private func write(_ bytes: [UInt8], to output: UnsafeMutablePointer<UInt8>, _ maximum: Int) -> Int {
    let count = min(bytes.count, maximum)
    for index in 0..<count { output[index] = bytes[index] }
    return count
}
