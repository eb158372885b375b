import FuzzSupport
@_spi(Fuzzing) import Policy

/// A signed waiver or its payload, revocation lists, and what else is signed beside a bundle.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzWaiver(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    demandNil(FuzzTargets.waiver(input(start, count)))
    return 0
}

@_cdecl("LLVMFuzzerCustomMutator")
public func mutateWaiver(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int, _ seed: UInt32) -> Int {
    JSONMutator.mutate(data, size, maximum, seed)
}
