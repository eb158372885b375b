import FuzzSupport
@_spi(Fuzzing) import Sigstore

/// What stands in bundles as binary: the first byte selects the parser, the rest is its input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCertificate(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    guard let selector = bytes.first else { return -1 }
    let rest = Array(bytes.dropFirst())
    switch selector {
    case UInt8(ascii: "c"): demandNil(FuzzTargets.certificate(rest))
    case UInt8(ascii: "t"): demandNil(FuzzTargets.timestamp(rest))
    case UInt8(ascii: "n"): demandNil(FuzzTargets.checkpoint(rest))
    case UInt8(ascii: "m"): demandNil(FuzzTargets.inclusionProof(rest))
    // Not worth keeping in the corpus.
    default: return -1
    }
    return 0
}
