internal import SwiftASN1

/// The algorithm, curve and key bits of a SubjectPublicKeyInfo (RFC 5280 §4.1, RFC 5480 §2).
struct SubjectPublicKeyInfo {
    let algorithm: ASN1ObjectIdentifier
    /// The named curve, for elliptic curve keys.
    let curve: ASN1ObjectIdentifier?
    let key: ArraySlice<UInt8>

    init(der: [UInt8]) throws(KeyError) {
        do {
            let root = try DER.parse(der)
            (algorithm, curve, key) = try DER.sequence(root, identifier: .sequence) { nodes in
                guard let first = nodes.next() else { throw KeyError(.malformed, "the key has no algorithm") }
                let (algorithm, curve) = try DER.sequence(first, identifier: .sequence) {
                    identifier -> (ASN1ObjectIdentifier, ASN1ObjectIdentifier?) in
                    let algorithm = try ASN1ObjectIdentifier(derEncoded: &identifier)
                    let parameters = identifier.next()
                    // RFC 8410 §3: absent; what is left over makes the sequence's reader throw.
                    if algorithm == .ed25519, parameters != nil {
                        throw KeyError(.malformed, "an Ed25519 key has no parameters, saw some")
                    }
                    guard let parameters, parameters.identifier == .objectIdentifier else { return (algorithm, nil) }
                    return (algorithm, try ASN1ObjectIdentifier(derEncoded: parameters))
                }
                let bits = try ASN1BitString(derEncoded: &nodes)
                guard bits.paddingBits == 0 else { throw KeyError(.malformed, "the key's bit string has padding bits") }
                return (algorithm, curve, bits.bytes)
            }
        } catch let error as KeyError {
            throw error
        } catch {
            throw KeyError(.malformed, "the bytes are not a SubjectPublicKeyInfo in DER")
        }
    }
}

extension ASN1ObjectIdentifier {
    static let ecPublicKey: ASN1ObjectIdentifier = [1, 2, 840, 10045, 2, 1]
    static let p256: ASN1ObjectIdentifier = [1, 2, 840, 10045, 3, 1, 7]
    static let p384: ASN1ObjectIdentifier = [1, 3, 132, 0, 34]
    static let p521: ASN1ObjectIdentifier = [1, 3, 132, 0, 35]
    static let ed25519: ASN1ObjectIdentifier = [1, 3, 101, 112]
    static let rsaEncryption: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 1, 1]
    static let rsaPSS: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 1, 10]
}
