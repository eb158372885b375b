import FuzzSupport
@_spi(Fuzzing) import TransparencyLog

/// A journal's file as recovery reads it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJournal(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    demandNil(FuzzTargets.journal(input(start, count)))
    return 0
}
