import FuzzSupport
@_spi(Fuzzing) import SBOM

/// A bill of materials in JSON or XML.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBill(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    demandNil(FuzzTargets.bill(input(start, count)))
    return 0
}
