internal import SwiftASN1

/// The two attributes Sigstore's authorities are named by; a leaf has neither.
struct DistinguishedName: Sendable, Hashable {
    let organization: String
    let commonName: String

    static func asn1(_ name: DistinguishedName?) -> ASN1Value {
        guard let name else { return .sequence([]) }
        func attribute(_ type: ASN1ObjectIdentifier, _ value: String) -> ASN1Value {
            .set([.sequence([.object(type), .printable(value)])])
        }
        return .sequence([attribute(.organization, name.organization), attribute(.commonName, name.commonName)])
    }
}
