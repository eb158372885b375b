internal import Core
internal import SwiftASN1

/// The parsers of this module that are not public, for the fuzz targets in `Fuzz/` and nothing else.
///
/// Each function takes bytes as they may come from outside and returns the property that does not hold, if there is
/// one. That it returns at all is what is tested first.
@_spi(Fuzzing)
public enum FuzzTargets {
    /// A certificate in DER: every reader of it, its chain and its precertificate.
    public static func certificate(_ der: [UInt8]) -> String? {
        guard let certificate = try? Certificate(der: der) else { return nil }
        if certificate.der != der { return "a certificate keeps the bytes it was read from" }
        if (try? Certificate(der: certificate.der)) != certificate { return "a certificate reads the same twice" }
        _ = try? certificate.identity()
        _ = try? certificate.basicConstraints()
        _ = try? certificate.keyUsage()
        _ = try? certificate.extendedKeyUsage()
        _ = certificate.unknownCriticalExtension.map(String.init(describing:))
        _ = certificate.isExtendedKeyUsageCritical
        _ = try? CertificateChain(authorities: [certificate])
        _ = try? TimestampAuthority(name: "fuzz", certificates: [certificate, certificate], validity: ValidityWindow())
        return certificateTimestamps(certificate)
    }

    private static func certificateTimestamps(_ certificate: Certificate) -> String? {
        let timestamps = try? SignedCertificateTimestamp.embedded(in: certificate)
        guard let precertificate = try? certificate.precertificate() else {
            return timestamps?.isEmpty == false ? "a certificate with timestamps has a precertificate" : nil
        }
        if precertificate.count >= certificate.tbs.count { return "a precertificate lacks what was taken out" }
        guard let node = try? DER.parse(precertificate), node.encodedBytes.elementsEqual(precertificate) else {
            return "a precertificate is one DER value"
        }
        for timestamp in timestamps ?? [] {
            let bytes = timestamp.signedBytes(precertificate: precertificate, issuer: certificate)
            // Version and type, time, entry type, key hash, two lengths (RFC 6962 §3.2).
            if bytes.count != 2 + 8 + 2 + 32 + 3 + precertificate.count + 2 + timestamp.extensions.count {
                return "what a CT log signed has exactly the fields of RFC 6962"
            }
            _ = timestamp.instant.description
        }
        return nil
    }

    /// A timestamp response in DER, verified with the certificates it brings along.
    public static func timestamp(_ der: [UInt8]) -> String? {
        guard let token = try? TimestampToken(response: der) else { return nil }
        if token.signedAttributes.first != 0x31 { return "signed attributes are hashed as a SET (RFC 5652 §5.4)" }
        _ = token.info.time.description
        let certificates = token.certificates.compactMap { try? Certificate(der: Array($0)) }
        for start in certificates.indices {
            let authority = try? TimestampAuthority(
                name: "fuzz", certificates: Array(certificates[start...]), validity: ValidityWindow())
            if let authority, (try? authority.verify(token, over: der)) != nil {
                return "a token does not verify over bytes that contain it"
            }
        }
        return nil
    }

    /// A signed checkpoint.
    public static func checkpoint(_ note: [UInt8]) -> String? {
        let text = String(decoding: note, as: UTF8.self)
        guard let checkpoint = try? Checkpoint(text) else { return nil }
        if !text.utf8.starts(with: checkpoint.signedText) { return "what is signed is the beginning of the note" }
        if checkpoint.rootHash.count != 32 { return "a root hash has 32 bytes" }
        return checkpoint.signatures.isEmpty ? "a checkpoint has a signature" : nil
    }

    /// An inclusion proof: index and size in eight bytes each, then hashes of 32.
    public static func inclusionProof(_ bytes: [UInt8]) -> String? {
        guard bytes.count >= 16 else { return nil }
        func integer(_ slice: ArraySlice<UInt8>) -> UInt64 { slice.reduce(0) { $0 << 8 | UInt64($1) } }
        let index = integer(bytes[..<8])
        let size = integer(bytes[8..<16])
        let hashes = stride(from: 16, to: bytes.count - 31, by: 32).map { Array(bytes[$0..<$0 + 32]) }
        let root = MerkleTree.root(leaf: MerkleTree.leafHash(bytes), index: index, treeSize: size, proof: hashes)
        guard index < size else { return root == nil ? nil : "an index beyond the tree proves nothing" }
        // Below the level where the paths of leaf and last leaf part every level has a sibling; above it only those
        // where the path is a right child.
        let inner = UInt64.bitWidth - (index ^ (size - 1)).leadingZeroBitCount
        let border = inner < UInt64.bitWidth ? (index >> UInt64(inner)).nonzeroBitCount : 0
        return (root != nil) == (hashes.count == inner + border)
            ? nil : "a proof has exactly the hashes its place needs"
    }
}
