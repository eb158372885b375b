import FuzzSupport
@_spi(Fuzzing) import TransparencyLog

/// A signed note, its text as a checkpoint, and keys.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNote(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    demandNil(FuzzTargets.note(input(start, count)))
    return 0
}
