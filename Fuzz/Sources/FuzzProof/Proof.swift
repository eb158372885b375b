import FuzzSupport
@_spi(Fuzzing) import TransparencyLog

/// A .tlog-proof file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzProof(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    demandNil(FuzzTargets.proof(input(start, count)))
    return 0
}
