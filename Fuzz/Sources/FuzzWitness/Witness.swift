import FuzzSupport
@_spi(Fuzzing) import TransparencyLog

/// The body of an add-checkpoint request, and a witness's answer to it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzWitness(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    demandNil(FuzzTargets.witness(input(start, count)))
    return 0
}
