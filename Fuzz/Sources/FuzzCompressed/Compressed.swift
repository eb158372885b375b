@_spi(Fuzzing) import Compression
import FuzzSupport

/// Compressed bytes of any format.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCompressed(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    demandNil(FuzzTargets.decompress(input(start, count)))
    return 0
}
