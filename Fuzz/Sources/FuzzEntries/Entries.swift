import FuzzSupport
@_spi(Fuzzing) import TransparencyLog

/// A bundle of entries, the paths of tiles, and tiles of hashes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEntries(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    demandNil(FuzzTargets.entries(input(start, count)))
    return 0
}
