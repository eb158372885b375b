import Attestation
import Core
import FuzzSupport

/// Short texts with a grammar of their own; each reader is given every text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzText(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: input(start, count), as: UTF8.self)
    if let instant = Instant(rfc3339: text) {
        demand(Instant(rfc3339: instant.description) == instant, "a time survives a round trip")
    }
    if let digest = Digest(text) {
        demand(digest.description.utf8.elementsEqual(text.utf8), "a digest has one spelling")
    }
    if let digest = SubjectDigest(text) {
        demand(digest.description.utf8.elementsEqual(text.utf8), "a subject's digest has one spelling")
    }
    if let subject = GitHubSubject(text) {
        demand(GitHubSubject(subject.description) == subject, "a GitHub subject survives a round trip")
    }
    if let version = BundleVersion(text) {
        demand(BundleVersion(version.description) == version, "a version survives a round trip")
    }
    if let location = GitLocation(uri: text) {
        demand(location == location && !location.repository.isEmpty, "a location names a repository")
    }
    if let bytes = Base64.decode(text) {
        demand(Base64.encode(bytes).utf8.elementsEqual(text.utf8), "base64 has one spelling")
    }
    if let bytes = Hex.decode(text) {
        demand(Hex.encode(bytes).utf8.elementsEqual(text.utf8), "hexadecimal has one spelling")
    }
    if let blocks = try? PEM.decode(text) {
        for block in blocks {
            let written = PEM.encode(label: block.label, bytes: block.bytes)
            demand((try? PEM.decode(written)) == [block], "a PEM block survives a round trip")
            _ = try? PublicKey(subjectPublicKeyInfo: block.bytes)
            _ = try? PublicKey(pkcs1: block.bytes)
        }
        _ = try? PublicKey(pem: text)
    }
    return 0
}
