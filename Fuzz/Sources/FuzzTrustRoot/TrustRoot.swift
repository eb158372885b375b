import FuzzSupport
import Sigstore

/// Trust roots, whose chains are verified while they are read.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTrustRoot(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    do {
        let root = try TrustRoot(parsing: bytes)
        demand((try? TrustRoot(parsing: bytes)) == root, "a trust root reads the same twice")
    } catch {
        demand(!error.description.isEmpty, "an error says something")
    }
    return 0
}

@_cdecl("LLVMFuzzerCustomMutator")
public func mutateTrustRoot(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int, _ seed: UInt32) -> Int {
    JSONMutator.mutate(data, size, maximum, seed)
}
