internal import Attestation
internal import SwiftASN1

extension CertificateRequest {
    /// The subject alternative name (RFC 5280 §4.2.1.6); other names are Fulcio's 1.3.6.1.4.1.57264.1.7.
    var alternativeName: ASN1Value {
        let name: ASN1Value =
            switch subjectType {
            case .uri: .taggedBytes(6, Array(subject.utf8))
            case .email: .taggedBytes(1, Array(subject.utf8))
            case .other: .tagged(0, [.object(.fulcio(7)), .tagged(0, [.utf8(subject)])])
            }
        return .sequence([name])
    }

    /// Fulcio's extensions: up to number 6 the text itself, from 8 on a UTF8String.
    var fulcioExtensions: [CertificateTemplate.Extension] {
        let texts: [(UInt, String?)] = [
            (1, issuer), (2, claims.githubWorkflowTrigger), (3, claims.githubWorkflowSHA),
            (4, claims.githubWorkflowName), (5, claims.githubWorkflowRepository), (6, claims.githubWorkflowRef),
            (8, issuer), (9, claims.buildSignerURI), (10, claims.buildSignerDigest), (11, claims.runnerEnvironment),
            (12, claims.sourceRepositoryURI), (13, claims.sourceRepositoryDigest), (14, claims.sourceRepositoryRef),
            (15, claims.sourceRepositoryIdentifier), (16, claims.sourceRepositoryOwnerURI),
            (17, claims.sourceRepositoryOwnerIdentifier), (18, claims.buildConfigURI), (19, claims.buildConfigDigest),
            (20, claims.buildTrigger), (21, claims.runInvocationURI), (22, claims.sourceRepositoryVisibility),
            (23, claims.deploymentEnvironment), (24, claims.tokenSubject),
        ]
        return texts.compactMap { number, text in
            guard let text else { return nil }
            return CertificateTemplate.Extension(
                identifier: .fulcio(number), value: number < 7 ? .encoded(Array(text.utf8)) : .utf8(text))
        }
    }
}
