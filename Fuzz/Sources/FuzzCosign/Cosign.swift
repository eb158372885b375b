import Attestation
import Core
import FuzzSupport
import Sigstore

/// Cosign signatures and attestations: a JSON object with a layer (in base64) and its annotations.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCosign(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let document = try? JSONValue(parsing: input(start, count)),
        let layer = document["layer"]?.string.flatMap({ Base64.decode($0) }),
        let members = document["annotations"]?.object?.members
    else { return -1 }
    var annotations: [String: String] = [:]
    for member in members { annotations[member.key] = member.value.string }
    if let bundle = try? Bundle(cosignSignature: layer, annotations: annotations) {
        Verification.shared.verify(bundle, envelope: nil)
    }
    let envelope = try? Envelope(parsing: layer)
    if let bundle = try? Bundle(cosignAttestation: layer, annotations: annotations) {
        Verification.shared.verify(bundle, envelope: envelope)
    }
    if let bundle = try? Bundle(envelope: layer) {
        Verification.shared.verify(bundle, envelope: envelope)
    }
    return 0
}

@_cdecl("LLVMFuzzerCustomMutator")
public func mutateCosign(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int, _ seed: UInt32) -> Int {
    JSONMutator.mutate(data, size, maximum, seed)
}

@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafePointer<CInt>, _ arguments: UnsafeRawPointer) -> CInt {
    _ = Verification.shared
    return 0
}
