import Attestation
import Core
import FuzzSupport
import Sigstore

/// Bundles: read, and verified when they can be read.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBundle(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    do {
        let bundle = try Bundle(parsing: bytes)
        demand(bundle.digest == .of(bytes), "a bundle is named by its own digest")
        let cursor = try? JSONCursor(JSONValue(parsing: bytes)).optional("dsseEnvelope")
        Verification.shared.verify(bundle, envelope: cursor.flatMap { try? Envelope($0) })
    } catch {
        demand(!error.description.isEmpty, "an error says something")
    }
    return 0
}

@_cdecl("LLVMFuzzerCustomMutator")
public func mutateBundle(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int, _ seed: UInt32) -> Int {
    JSONMutator.mutate(data, size, maximum, seed)
}

/// Sets up before the first input, so that it does not count as that input's time.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafePointer<CInt>, _ arguments: UnsafeRawPointer) -> CInt {
    _ = Verification.shared
    return 0
}
