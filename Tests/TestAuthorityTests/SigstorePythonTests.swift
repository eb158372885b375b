import Attestation
import Core
import Foundation
import TestAuthority
import Testing

/// sigstore-python judges what is minted: an implementation that none of ours has seen.
@Suite(
    "sigstore-python agrees",
    .enabled(if: Tools.python != nil, "skipped: MC_SIGSTORE_PYTHON names no python that has sigstore"))
struct SigstorePythonTests {
    // Reads lines "name<TAB>bundle<TAB>trusted root<TAB>artifact" and prints "name<TAB>ok" or "name<TAB>the refusal".
    private static let judge = """
        import pathlib, sys
        from sigstore.models import Bundle, TrustedRoot
        from sigstore.verify import Verifier, policy
        for line in pathlib.Path(sys.argv[1]).read_text().splitlines():
            name, bundle, root, artifact = line.split("\\t")
            try:
                verifier = Verifier(trusted_root=TrustedRoot.from_file(root))
                parsed = Bundle.from_json(pathlib.Path(bundle).read_bytes())
                rule = policy.Identity(identity=sys.argv[2], issuer=sys.argv[3])
                if parsed._dsse_envelope is not None:
                    verifier.verify_dsse(parsed, rule)
                else:
                    verifier.verify_artifact(pathlib.Path(artifact).read_bytes(), parsed, rule)
                print(name, "ok", sep="\\t")
            except Exception as error:
                print(name, (type(error).__name__ + ": " + str(error)).replace("\\n", " ")[:160], sep="\\t")
        """

    private func verdicts(_ cases: [(name: String, bundle: MintedBundle)]) throws -> [String: String] {
        let python = try #require(Tools.python)
        let scratch = try Scratch()
        let artifact = try scratch.write(Sample.artifact, "artifact")
        var lines: [String] = []
        for (index, item) in cases.enumerated() {
            let bundle = try scratch.write(item.bundle.bytes, "\(index).json")
            let root = try scratch.write(item.bundle.trustedRootBytes, "\(index).root.json")
            lines.append([item.name, bundle, root, artifact].joined(separator: "\t"))
        }
        let list = try scratch.write(lines.joined(separator: "\n"), "list")
        let request = CertificateRequest.workflow()
        let outcome = try Tools.run(
            python, [try scratch.write(Self.judge, "judge.py"), list, request.subject, request.issuer])
        #expect(outcome.status == 0, "\(outcome.output)")
        var verdicts: [String: String] = [:]
        for line in outcome.output.split(separator: "\n") {
            let parts = line.split(separator: "\t", maxSplits: 1).map(String.init)
            if parts.count == 2 { verdicts[parts[0]] = parts[1] }
        }
        return verdicts
    }

    @Test func acceptsWhatIsRight() throws {
        let cases = try RightBundles.all()
        let verdicts = try verdicts(cases)
        for (name, _) in cases {
            #expect(verdicts[name] == "ok", "\(name)")
        }
    }

    // What sigstore-python 4 lets pass: windows of the trust root other than a timestamp authority's, the content of
    // statements, which it leaves to its caller, and the future.
    private static let lenient: Set<Flaw> = [
        .subjectOther, .predicateTypeOther, .predicateTypeLookalike, .payloadNotStatement, .payloadTypeOther,
        .tooManySubjects(1025), .tooManyDigests(33), .authorityWindowEnded, .rootEmbedded, .sctLogWindowEnded,
        .logIndexOther, .logWindowEnded, .integratedTimeInFuture, .checkpointSizeOther, .checkpointOtherOrigin,
        .checkpointOtherName, .timestampInFuture, .timestampContentTypeOther, .timestampWithoutSigningCertificate,
        .timestampSigningCertificateOther,
    ]
    // What it cannot judge at all: more than one log entry, a trust root without logs.
    private static let beyond: Set<Flaw> = [.expiredIntermediate, .duplicateLogEntry, .sameLogTwice]

    @Test func refusesFlawsAndAcceptsTheirTwins() throws {
        let authority = try Sample.authority()
        var cases: [(String, MintedBundle)] = []
        for flaw in Flaw.all {
            let twin = flaw.twin(artifact: Sample.artifact, at: Sample.time)
            cases.append(("\(flaw)", try authority.mint(twin.with(flaw))))
            cases.append(("twin of \(flaw)", try authority.mint(twin)))
        }
        let verdicts = try verdicts(cases)
        for flaw in Flaw.all where !Self.beyond.contains(flaw) {
            #expect(verdicts["twin of \(flaw)"] == "ok", "twin of \(flaw)")
            let verdict = try #require(verdicts["\(flaw)"])
            if !Self.lenient.contains(flaw) { #expect(verdict != "ok", "\(flaw)") }
        }
    }
}

/// Bundles that every verifier of the public instance's kind should accept.
enum RightBundles {
    static func all() throws -> [(name: String, bundle: MintedBundle)] {
        let message = SigningRequest(.artifact(Sample.artifact), at: Sample.time)
        let attestation = SigningRequest.attestation(about: Sample.artifact, at: Sample.time)
        let authority = try Sample.authority()
        var cases: [(name: String, bundle: MintedBundle)] = []
        for version in BundleVersion.allCases {
            for (name, base) in [("message", message), ("dsse", attestation)] {
                var request = base
                request.version = version
                cases.append(("\(name) \(version)", try authority.mint(request)))
            }
        }
        cases.append(("message in Rekor v2", try authority.mint(message.inRekorV2)))
        cases.append(("dsse in Rekor v2", try authority.mint(attestation.inRekorV2)))
        var stamped = message
        stamped.timestamps = 2
        cases.append(("message with two timestamps", try authority.mint(stamped)))
        var promised = message
        var identity = CertificateRequest.workflow(environment: "production")
        identity.timestampExtensions = [0, 0, 5, 0, 0, 55, 148, 20]
        promised.signer = .certificate(identity)
        cases.append(("SCT with extensions", try authority.mint(promised)))
        let witnessed = try Sample.authority {
            $0.witnesses = ["witness.example", "other.example"]
            $0.witnessesFirst = true
        }
        cases.append(("witnesses first", try witnessed.mint(message.inRekorV2)))
        let small = try Sample.authority {
            $0.certificateKind = .p256
            $0.hasIntermediate = false
            $0.rekorV2Kind = .p256
            $0.timestampCurve = .p256
            $0.embedsTimestampCertificate = false
            $0.entryIndex = 0
            $0.treeSize = 1
        }
        cases.append(("small authority, Rekor v2", try small.mint(message.inRekorV2)))
        cases.append(("small authority, Rekor v1", try small.mint(attestation)))
        for hash in [DigestAlgorithm.sha384, .sha512] {
            let hashed = try Sample.authority {
                $0.timestampHash = hash
                $0.timestampImprint = hash
            }
            cases.append(("timestamp with \(hash.rawValue)", try hashed.mint(message.inRekorV2)))
        }
        return cases
    }
}
