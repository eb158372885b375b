@_spi(Fuzzing) import Core
import FuzzSupport

/// A package URL.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPurl(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    demandNil(FuzzTargets.purl(input(start, count)))
    return 0
}
