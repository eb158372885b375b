import Core
import FuzzSupport

/// Image references: every form in which one is written reads as the same reference.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzImage(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: input(start, count), as: UTF8.self)
    guard let reference = try? ImageReference(text) else { return 0 }
    demand((try? ImageReference(reference.description)) == reference, "\(reference) reads as itself")
    demand((try? ImageReference(reference.familiar)) == reference, "\(reference.familiar) reads as \(reference)")
    demand(reference.description.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "a reference is printable ASCII")
    demand(!reference.repository.isEmpty && !reference.registryHost.isEmpty, "a reference has a place")
    if let digest = reference.digest {
        demand((try? reference.withDigest(digest)) == reference, "a digest can be set again")
        demand(Digest(digest) != nil, "a reference's digest is a digest")
    }
    return 0
}
