import FuzzSupport
@_spi(Fuzzing) import Policy

/// Entries of the decision log, and the facts in them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEntry(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    demandNil(FuzzTargets.entry(input(start, count)))
    return 0
}

@_cdecl("LLVMFuzzerCustomMutator")
public func mutateEntry(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int, _ seed: UInt32) -> Int {
    JSONMutator.mutate(data, size, maximum, seed)
}
