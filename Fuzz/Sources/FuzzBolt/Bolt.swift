import FuzzSupport
@_spi(Fuzzing) import Bolt

/// A PackStream value, or what a Bolt server sends.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBolt(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    demandNil(FuzzTargets.bolt(input(start, count)))
    return 0
}
