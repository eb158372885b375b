import FuzzSupport
@_spi(Fuzzing) import Policy

/// Policy documents: YAML to documents to checks, and back to YAML.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPolicy(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    demandNil(FuzzTargets.policy(input(start, count)))
    return 0
}
