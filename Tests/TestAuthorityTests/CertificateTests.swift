import Attestation
import Core
import Crypto
import SwiftASN1
import TestAuthority
import Testing
import X509

/// swift-certificates, which the authority does not use, reads and rebuilds what is issued.
@Suite struct CertificateTests {
    private static let list: [UInt] = [1, 3, 6, 1, 4, 1, 11129, 2, 4, 2]

    /// The TBSCertificate without its SCT list, as swift-certificates writes it.
    private func precertificate(_ leaf: TestAuthority.Certificate) throws -> (list: [UInt8], body: [UInt8]) {
        let parsed = try X509.Certificate(derEncoded: leaf.der)
        let list = try #require(parsed.extensions.first { Array($0.oid.oidComponents) == Self.list })
        let rebuilt = try X509.Certificate(
            version: .v3, serialNumber: parsed.serialNumber, publicKey: parsed.publicKey,
            notValidBefore: parsed.notValidBefore, notValidAfter: parsed.notValidAfter, issuer: parsed.issuer,
            subject: parsed.subject, signatureAlgorithm: parsed.signatureAlgorithm,
            extensions: X509.Certificate.Extensions(parsed.extensions.filter { $0 != list }),
            issuerPrivateKey: X509.Certificate.PrivateKey(P384.Signing.PrivateKey()))
        return (Array(list.value), Array(rebuilt.tbsCertificateBytes))
    }

    private func isPromised(_ leaf: TestAuthority.Certificate, by authority: Authority) throws -> Bool {
        let (value, body) = try precertificate(leaf)
        // OCTET STRING of at most 255 bytes, then the list's and the item's lengths.
        let item = Array(value.dropFirst(value[1] < 0x80 ? 2 : 3).dropFirst(4))
        let extensionsCount = Int(item[41]) << 8 | Int(item[42])
        let extensions = Array(item[41..<43 + extensionsCount])
        let signature = Array(item[(43 + extensionsCount)...])
        let count = body.count
        let signed =
            [0, 0] + Array(item[33..<41]) + [0, 1]
            + Core.Digest.of(authority.certificateChain[0].publicKey.subjectPublicKeyInfo).bytes
            + [UInt8(count >> 16), UInt8(count >> 8 & 0xFF), UInt8(count & 0xFF)] + body + extensions
        return Array(item[1..<33]) == Core.Digest.of(authority.certificateLogKey.subjectPublicKeyInfo).bytes
            && Array(signature.prefix(2)) == [4, 3]
            && authority.certificateLogKey.isValid(signature: Array(signature.dropFirst(4)), for: signed)
    }

    @Test func promisesThePrecertificate() throws {
        let authority = try Sample.authority()
        let key = try PrivateKey(generating: .p256).publicKey
        for extensions in [[], [UInt8](arrayLiteral: 0, 0, 5, 0, 0, 55, 148, 20)] {
            var request = CertificateRequest.workflow()
            request.timestampExtensions = extensions
            let leaf = try authority.issueCertificate(for: key, request, at: Sample.time)
            #expect(try isPromised(leaf, by: authority))
        }
    }

    @Test(arguments: [Flaw.sctBadSignature, .sctForeignLog, .sctOverOtherCertificate])
    func promisesSomethingElse(flaw: Flaw) throws {
        let authority = try Sample.authority()
        let key = try PrivateKey(generating: .p256).publicKey
        let leaf = try authority.issueCertificate(for: key, .workflow(), at: Sample.time, flaws: [flaw])
        #expect(try !isPromised(leaf, by: authority))
    }

    @Test(arguments: [
        (CertificateIdentity.NameType.uri, "https://ci.example/job/1"), (.email, "alice@example.com"),
        (.other, "user@host"),
    ])
    func namesTheSubject(type: CertificateIdentity.NameType, subject: String) throws {
        let authority = try Sample.authority()
        let key = try PrivateKey(generating: .p256).publicKey
        let request = CertificateRequest(subject: subject, subjectType: type, issuer: "https://issuer.example")
        let parsed = try X509.Certificate(
            derEncoded: try authority.issueCertificate(for: key, request, at: Sample.time).der)
        let names = try #require(try parsed.extensions.subjectAlternativeNames)
        #expect(names.count == 1)
        switch (type, try #require(names.first)) {
        case (.uri, .uniformResourceIdentifier(let text)), (.email, .rfc822Name(let text)): #expect(text == subject)
        case (.other, .otherName(let name)):
            #expect(Array(name.typeID.oidComponents) == [1, 3, 6, 1, 4, 1, 57264, 1, 7])
        case (_, let name): Issue.record("a name of another type: \(name)")
        }
        #expect(parsed.extensions[oid: [2, 5, 29, 17]]?.critical == true)
    }

    @Test(
        arguments: [
            (Flaw.leafWithoutKeyUsage, [2, 5, 29, 15]), (.leafWithoutExtendedKeyUsage, [2, 5, 29, 37]),
            (.leafWithoutName, [2, 5, 29, 17]), (.sctMissing, [1, 3, 6, 1, 4, 1, 11129, 2, 4, 2]),
        ] as [(Flaw, [UInt])])
    func leavesOutWhatIsToBeMissing(flaw: Flaw, identifier: [UInt]) throws {
        let authority = try Sample.authority()
        let key = try PrivateKey(generating: .p256).publicKey
        func identifiers(_ flaws: Set<Flaw>) throws -> [[UInt]] {
            let leaf = try authority.issueCertificate(for: key, .workflow(), at: Sample.time, flaws: flaws)
            return try X509.Certificate(derEncoded: leaf.der).extensions.map { Array($0.oid.oidComponents) }
        }
        #expect(try identifiers([]).filter { $0 != identifier } == identifiers([flaw]))
        #expect(try identifiers([]).contains(identifier))
    }
}
