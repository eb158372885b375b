import Core
import TestAuthority
import Testing

@Suite("openssl agrees", .enabled(if: Tools.openssl != nil, "skipped: there is no openssl in the PATH"))
struct OpenSSLTests {
    private func verifyLeaf(
        _ leaf: Certificate, chain: [Certificate], at time: Instant
    ) throws -> Tools.Outcome {
        let scratch = try Scratch()
        let root = try #require(chain.last)
        var arguments = [
            "verify", "-x509_strict", "-attime", String(time.seconds), "-CAfile",
            try scratch.write(root.pem, "root.pem"),
        ]
        if chain.count > 1 { arguments += ["-untrusted", try scratch.write(chain[0].pem, "issuer.pem")] }
        return try Tools.run(
            try #require(Tools.openssl), arguments + [try scratch.write(leaf.pem, "leaf.pem")])
    }

    @Test(arguments: PrivateKey.Kind.allCases)
    func verifiesTheChainOfALeaf(of kind: PrivateKey.Kind) throws {
        let authority = try Sample.authority()
        let key = try SharedKeys.key(kind)
        let leaf = try authority.issueCertificate(for: key.publicKey, .workflow(), at: Sample.time)
        let outcome = try verifyLeaf(leaf, chain: authority.certificateChain, at: Sample.time + .seconds(1))
        #expect(outcome.status == 0, "\(outcome.output)")
        let late = try verifyLeaf(leaf, chain: authority.certificateChain, at: Sample.time + .seconds(601))
        #expect(late.status != 0)
    }

    @Test(arguments: [PrivateKey.Kind.p256, .p384, .p521, .ed25519], [true, false])
    func verifiesTheChainOfAnAuthority(of kind: PrivateKey.Kind, hasIntermediate: Bool) throws {
        let authority = try Sample.authority {
            $0.certificateKind = kind
            $0.hasIntermediate = hasIntermediate
        }
        let other = try Sample.authority { $0.certificateKind = kind }
        let key = try PrivateKey(generating: .p256).publicKey
        let leaf = try authority.issueCertificate(for: key, .person(), at: Sample.time)
        let outcome = try verifyLeaf(leaf, chain: authority.certificateChain, at: Sample.time)
        #expect(outcome.status == 0, "\(outcome.output)")
        #expect(try verifyLeaf(leaf, chain: other.certificateChain, at: Sample.time).status != 0)
    }

    @Test func printsWhatFulcioWouldHaveWritten() throws {
        let authority = try Sample.authority()
        let key = try PrivateKey(generating: .p256).publicKey
        let leaf = try authority.issueCertificate(for: key, .workflow(environment: "staging"), at: Sample.time)
        let scratch = try Scratch()
        let text = try Tools.run(
            try #require(Tools.openssl), ["x509", "-noout", "-text", "-in", try scratch.write(leaf.pem, "leaf.pem")]
        ).output
        for expected in [
            "X509v3 Key Usage: critical\n                Digital Signature\n", "Code Signing\n",
            "X509v3 Subject Alternative Name: critical\n",
            "URI:https://github.com/example/app/.github/workflows/release.yml@refs/heads/main\n",
            "1.3.6.1.4.1.57264.1.1: \n                https://token.actions.githubusercontent.com\n",
            "1.3.6.1.4.1.57264.1.23: \n                ..staging\n", "Subject: \n", "CT Precertificate SCTs: \n",
            "Signature : ecdsa-with-SHA256\n",
        ] {
            #expect(text.contains(expected), "expected \(expected) in \(text)")
        }
    }

    private func verifyTimestamp(
        _ response: [UInt8], over message: [UInt8], by authority: Authority
    ) throws -> Tools.Outcome {
        let scratch = try Scratch()
        let chain = authority.timestampChain
        let openssl = try #require(Tools.openssl)
        return try Tools.run(
            openssl,
            [
                "ts", "-verify", "-attime", String(Sample.time.seconds), "-data", try scratch.write(message, "data"),
                "-in", try scratch.write(response, "response.tsr"), "-CAfile",
                try scratch.write(try #require(chain.last).pem, "root.pem"), "-untrusted",
                try scratch.write(try #require(chain.first).pem, "signer.pem"),
            ])
    }

    @Test(arguments: TimestampCurve.allCases, DigestAlgorithm.allCases)
    func verifiesTimestamps(curve: TimestampCurve, hash: DigestAlgorithm) throws {
        for embeds in [true, false] {
            let authority = try Sample.authority {
                $0.timestampCurve = curve
                $0.timestampHash = hash
                $0.timestampImprint = hash
                $0.embedsTimestampCertificate = embeds
            }
            let response = try authority.timestamp(over: Sample.artifact, at: Sample.time)
            let outcome = try verifyTimestamp(response, over: Sample.artifact, by: authority)
            #expect(outcome.status == 0, "\(outcome.output)")
        }
    }

    @Test(arguments: [
        Flaw.timestampOverOtherBytes, .timestampBadSignature, .timestampOtherKey, .timestampInfoAltered,
        .timestampPrependedCertificate, .timestampSignerWithoutPurpose, .timestampPurposeNotCritical,
        .timestampUntrustedAuthority, .timestampOutsideCertificate, .timestampStatusRejected, .timestampDigestOther,
        .timestampWithoutSigningCertificate, .timestampSigningCertificateOther,
    ])
    func refusesTimestamps(flaw: Flaw) throws {
        let authority = try Sample.authority()
        let response = try authority.timestamp(over: Sample.artifact, at: Sample.time, flaws: [flaw])
        let outcome = try verifyTimestamp(response, over: Sample.artifact, by: authority)
        #expect(outcome.status != 0)
        // A refused response with a token is against RFC 3161 §2.4.2, which openssl finds while it parses.
        let parses = !outcome.output.lowercased().contains("asn1")
        #expect(parses || flaw == .timestampStatusRejected, "\(outcome.output)")
    }
}
