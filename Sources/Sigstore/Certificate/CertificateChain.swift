internal import Core
internal import SwiftASN1

/// An authority's certificates, from the one that issues leaves up to the root, each link verified once when loaded.
struct CertificateChain: Sendable, Hashable {
    /// Issuing certificate first, root last; never empty.
    let authorities: [Certificate]

    var issuing: Certificate { authorities[0] }

    static let maximumLength = Cap("certificates in a chain", 10)

    /// Checks that every certificate may issue and was issued by the next one.
    ///
    /// - Throws: ``CertificateError`` that names the link that does not hold.
    init(authorities: [Certificate]) throws(CertificateError) {
        guard !authorities.isEmpty else { throw CertificateError("the chain has no authority's certificate") }
        for (index, certificate) in authorities.enumerated() {
            let place = "number \(index + 1) of the chain"
            if let unknown = certificate.unknownCriticalExtension {
                throw CertificateError("\(place) has the critical extension \(unknown), which is not supported")
            }
            let constraints = try certificate.basicConstraints()
            guard constraints.isAuthority else { throw CertificateError("\(place) is not a CA certificate") }
            // Path length counts the authorities below, the leaf not among them (RFC 5280 §4.2.1.9).
            if let limit = constraints.pathLength, index > limit {
                throw CertificateError("\(place) allows \(limit) authorities below it, there are \(index)")
            }
            if let usage = try certificate.keyUsage(), !usage.contains(.keyCertSign) {
                throw CertificateError("\(place) may not sign certificates (key usage keyCertSign)")
            }
            if index + 1 < authorities.count {
                let issuer = authorities[index + 1]
                guard certificate.issuer == issuer.subject, certificate.isSigned(by: issuer) else {
                    throw CertificateError("\(place) was not issued by the certificate after it")
                }
            } else if certificate.isSelfIssued, !certificate.isSigned(by: certificate) {
                throw CertificateError("\(place) is a root whose own signature is wrong")
            }
        }
        self.authorities = authorities
    }

    /// The first certificate that is not valid at an instant.
    func firstInvalid(at instant: Instant) -> Certificate? { authorities.first { !$0.isValid(at: instant) } }
}
