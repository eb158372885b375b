import FuzzSupport
@_spi(Fuzzing) import Kubernetes

/// An AdmissionReview: request, workload, change and answer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzReview(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    demandNil(FuzzTargets.review(input(start, count)))
    return 0
}

@_cdecl("LLVMFuzzerCustomMutator")
public func mutateReview(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int, _ seed: UInt32) -> Int {
    JSONMutator.mutate(data, size, maximum, seed)
}
