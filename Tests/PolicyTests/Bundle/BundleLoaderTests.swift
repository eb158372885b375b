import Core
import Testing

@testable import Policy

/// A signed bundle loads; each way to change it does not.
@Suite("Bundle loader") struct BundleLoaderTests {
    typealias Files = [String: [UInt8]]

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: BundleError.Code
        let file: String
        let mention: String
        let attack: @Sendable (inout Files) throws -> Void

        init(
            _ name: String, _ code: BundleError.Code, _ file: String, _ mention: String,
            _ attack: @escaping @Sendable (inout Files) throws -> Void
        ) {
            testDescription = name
            self.code = code
            self.file = file
            self.mention = mention
            self.attack = attack
        }
    }

    private static func envelope(_ change: (inout JSONObject) throws -> Void) throws -> [UInt8] {
        var object = try JSONValue(parsing: BundleCourt.signed()[BundleSource.signature] ?? []).object ?? JSONObject()
        try change(&object)
        return JSONValue.object(object).canonical
    }

    static let attacks: [Row] = [
        Row("no signature", .signatureMissing, "bundle.yaml.dsse.json", "sign") { $0[BundleSource.signature] = nil },
        Row("forged signature", .signatureInvalid, "bundle.yaml.dsse.json", "saw 0") {
            $0[BundleSource.signature] = try BundleCourt.signed(by: [BundleCourt.stranger])[BundleSource.signature]
        },
        Row("forged signature under the right key's id", .signatureInvalid, "bundle.yaml.dsse.json", "saw 0") {
            $0[BundleSource.signature] = try Self.envelope {
                $0["signatures"] = [
                    [
                        "sig": .string(Base64.encode([1, 2, 3])),
                        "keyid": .string(BundleCourt.policyKey.publicKey.fingerprint.hex),
                    ]
                ]
            }
        },
        Row("payload exchanged in the envelope", .signatureInvalid, "bundle.yaml.dsse.json", "saw 0") {
            let other = try BundleCourt.signed(BundleCourt.files(version: "29.0.0"))
            let payload = Base64.encode(other[BundleSource.manifest] ?? [])
            $0[BundleSource.signature] = try Self.envelope { $0["payload"] = .string(payload) }
        },
        Row("manifest exchanged beside the envelope", .manifestChanged, "bundle.yaml.dsse.json", "changed") {
            $0[BundleSource.manifest] = try BundleCourt.signed(BundleCourt.files(version: "29.0.0"))[
                BundleSource.manifest]
        },
        Row("manifest with one more space", .manifestChanged, "bundle.yaml.dsse.json", "changed") {
            $0[BundleSource.manifest, default: []].append(0x0A)
        },
        Row("signed as another type", .signatureInvalid, "bundle.yaml.dsse.json", "type") {
            $0[BundleSource.signature] = try SignedDocument(
                payload: $0[BundleSource.manifest] ?? [], type: RollbackOrder.payloadType,
                signers: [BundleCourt.policyKey]
            ).bytes
        },
        Row("unknown field in the envelope", .signatureInvalid, "bundle.yaml.dsse.json", "unknown field") {
            $0[BundleSource.signature] = try Self.envelope { $0["extra"] = 1 }
        },
        Row("base64 in another spelling", .signatureInvalid, "bundle.yaml.dsse.json", "base64") {
            $0[BundleSource.signature] = try Self.envelope {
                $0["payload"] = .string(($0["payload"]?.string ?? "") + "\n")
            }
        },
        Row("no manifest", .manifestMissing, "bundle.yaml", "bundle.yaml") { $0[BundleSource.manifest] = nil },
        Row("policy changed", .fileChanged, "policies/payments.yaml", "sha256:") {
            $0["policies/payments.yaml"] = BundleCourt.files(mode: "Audit")["policies/payments.yaml"]
        },
        Row("trust root changed", .fileChanged, "trusted_root.json", "sha256:") {
            $0["trusted_root.json"] = [0x7B, 0x20, 0x7D]
        },
        Row("policy taken away", .filesMissing, "policies/payments.yaml", "not there") {
            $0["policies/payments.yaml"] = nil
        },
        Row("policy added", .fileUnlisted, "policies/z.yaml", "not list") {
            $0["policies/z.yaml"] = $0["policies/payments.yaml"]
        },
        Row("JSON added", .fileUnlisted, "more.json", "not list") { $0["more.json"] = [0x7B, 0x7D] },
        Row("empty file added", .fileUnlisted, "empty.yaml", "not list") { $0["empty.yaml"] = [] },
        Row("file renamed", .filesMissing, "environments.yaml", "not there") {
            $0["envs.yaml"] = $0.removeValue(forKey: "environments.yaml")
        },
    ]

    @Test(arguments: attacks)
    func attackIsRefused(_ row: Row) throws {
        var files = try BundleCourt.signed()
        try row.attack(&files)
        let error = try BundleCourt.refusal(files)
        #expect(error?.code == row.code, "\(error.map(String.init(describing:)) ?? "loaded")")
        #expect(error?.file == row.file)
        #expect(error?.message.contains(row.mention) == true, "\(error.map(String.init(describing:)) ?? "")")
    }

    @Test func signedBundleLoads() throws {
        let files = try BundleCourt.signed()
        let bundle = try BundleCourt.load(files)
        #expect(bundle.origin == .signed(roles: ["policy"]))
        #expect(bundle.digest == .of(files[BundleSource.manifest] ?? []))
        #expect(bundle.policies.map(\.name) == ["payments"])
        #expect(bundle.environments.count == 1 && bundle.clusters.count == 1 && bundle.trustRoots.count == 1)
        let listed = bundle.manifest.files ?? [:]
        #expect(listed.keys.sorted() == BundleCourt.files().keys.filter { $0 != "bundle.yaml" }.sorted())
    }

    @Test func unsignedNeedsTheCallersWord() throws {
        let files = BundleCourt.files()
        #expect(try BundleCourt.refusal(files, trust: nil)?.code == .unsigned)
        let bundle = try BundleCourt.load(files, trust: nil, allowUnsigned: true)
        #expect(bundle.origin == .unsigned)
        // The word does not weaken a load with trust.
        #expect(try BundleCourt.refusal(files, allowUnsigned: true)?.code == .signatureMissing)
    }

    @Test func withoutTrustASignatureMustStillBeOfTheManifest() throws {
        var files = try BundleCourt.signed()
        #expect(try BundleCourt.load(files, trust: nil, allowUnsigned: true).origin == .unsigned)
        files[BundleSource.manifest, default: []].append(0x0A)
        #expect(try BundleCourt.refusal(files, trust: nil, allowUnsigned: true)?.code == .manifestChanged)
    }

    @Test func digestOfAnUnsignedBundleNamesItsContent() throws {
        func digest(_ files: Files) throws -> Digest {
            try BundleCourt.load(files, trust: nil, allowUnsigned: true).digest
        }
        let first = try digest(BundleCourt.files())
        #expect(try digest(BundleCourt.files()) == first)
        #expect(try digest(BundleCourt.files(mode: "Audit")) != first)
        #expect(try digest(BundleCourt.files(version: "28.1.1")) != first)
    }

    @Test func signedManifestWithoutFilesIsRefused() throws {
        var files = BundleCourt.files()
        let manifest = files[BundleSource.manifest] ?? []
        files[BundleSource.signature] = try SignedDocument(
            payload: manifest, type: BundleLoader.payloadType, signers: [BundleCourt.policyKey]
        ).bytes
        #expect(try BundleCourt.refusal(files)?.code == .filesMissing)
        #expect(throws: BundleError.self) {
            try BundleBuilder.sign(BundleSource(BundleCourt.files()), signers: [BundleCourt.policyKey])
        }
    }

    @Test func expiryIsTheFirstInstantItDoesNotCount() throws {
        let files = try BundleCourt.signed()
        let expires = BundleCourt.now + .seconds(86_400)
        #expect(try BundleCourt.refusal(files, at: expires - .seconds(1)) == nil)
        for instant in [expires, expires + .seconds(1)] {
            let error = try BundleCourt.refusal(files, at: instant)
            #expect(error?.code == .expired && error?.field == "spec.expires")
        }
    }

    @Test func rollbackFileIsNoTrustRoot() throws {
        var files = BundleCourt.files()
        files["rollback.dsse.json"] = [0x7B, 0x7D]
        files["trust.yaml"] = files["trust.yaml"].map {
            Array(String(decoding: $0, as: UTF8.self).replacing("trusted_root.json", with: "rollback.dsse.json").utf8)
        }
        #expect(try BundleCourt.refusal(files, trust: nil, allowUnsigned: true)?.code == .malformed)
    }

    // MARK: Roles

    @Test func thresholdCountsKeysAndNotSignatures() throws {
        let trust = BundleCourt.roles([
            .init(
                name: "policy", keys: [BundleCourt.policyKey.publicKey, BundleCourt.secondKey.publicKey], threshold: 2)
        ])
        #expect(try BundleCourt.refusal(BundleCourt.signed(), trust: trust)?.code == .signatureInvalid)
        // CVE-2026-49834: one key signs twice under two ids.
        var files = try BundleCourt.signed()
        let message =
            Array(
                "DSSEv1 \(BundleLoader.payloadType.utf8.count) \(BundleLoader.payloadType) \(files[BundleSource.manifest]?.count ?? 0) "
                    .utf8)
            + (files[BundleSource.manifest] ?? [])
        let signatures = try ["a", "b"].map { id -> JSONValue in
            ["sig": .string(Base64.encode(try BundleCourt.policyKey.sign(message))), "keyid": .string(id)]
        }
        files[BundleSource.signature] = try Self.envelope { $0["signatures"] = .array(signatures) }
        #expect(try BundleCourt.refusal(files)?.code == nil)
        #expect(try BundleCourt.refusal(files, trust: trust)?.code == .signatureInvalid)
        let both = try BundleCourt.signed(by: [BundleCourt.policyKey, BundleCourt.secondKey])
        #expect(try BundleCourt.refusal(both, trust: trust) == nil)
    }

    @Test func roleWithKindsMustHaveSignedWhenThereIsSuchADocument() throws {
        let trust = BundleCourt.roles([
            .init(name: "policy", keys: [BundleCourt.policyKey.publicKey]),
            .init(name: "platform", keys: [BundleCourt.environmentKey.publicKey], kinds: ["EnvironmentMap"]),
        ])
        let error = try BundleCourt.refusal(BundleCourt.signed(), trust: trust)
        #expect(error?.code == .roleMissing && error?.file == "environments.yaml")
        let both = try BundleCourt.signed(by: [BundleCourt.policyKey, BundleCourt.environmentKey])
        #expect(try BundleCourt.load(both, trust: trust).origin == .signed(roles: ["platform", "policy"]))
        // That role alone is not enough, and without such a document it need not sign.
        let alone = try BundleCourt.signed(by: [BundleCourt.environmentKey])
        #expect(try BundleCourt.refusal(alone, trust: trust)?.code == .signatureInvalid)
    }

    @Test func keysTrustedForAnotherBundleDoNotCount() throws {
        let role = RoleTrust.Role(name: "policy", keys: [BundleCourt.policyKey.publicKey])
        let files = try BundleCourt.signed()
        #expect(try BundleCourt.refusal(files, trust: BundleCourt.roles([role], bundle: "payments")) == nil)
        let error = try BundleCourt.refusal(files, trust: BundleCourt.roles([role], bundle: "shop"))
        #expect(error?.code == .wrongBundle)
    }

    @Test func signingAgainAddsASignatureAndAStaleOneIsLeftOut() throws {
        let built = try BundleBuilder.build(BundleSource(BundleCourt.files()), now: BundleCourt.now)
        let first = try BundleBuilder.sign(built, signers: [BundleCourt.policyKey])
        func with(_ signature: [UInt8], in source: BundleSource = built) throws -> BundleSource {
            var files = source.files
            files[BundleSource.signature] = signature
            return try BundleSource(files)
        }
        let second = try BundleBuilder.sign(with(first.file), signers: [BundleCourt.secondKey, BundleCourt.policyKey])
        #expect(!second.replacedStale)
        let count = try JSONValue(parsing: second.file)["signatures"]?.array?.count
        #expect(count == 2)
        let later = try BundleBuilder.build(BundleSource(BundleCourt.files(version: "28.2.0")), now: BundleCourt.now)
        let third = try BundleBuilder.sign(with(second.file, in: later), signers: [BundleCourt.secondKey])
        #expect(third.replacedStale)
        #expect(try JSONValue(parsing: third.file)["signatures"]?.array?.count == 1)
    }

    @Test func whatCouldNotBeLoadedIsNeitherBuiltNorSigned() throws {
        var files = BundleCourt.files()
        files["policies/payments.yaml"]? += Array("  colour: red\n".utf8)
        let error = #expect(throws: BundleError.self) {
            try BundleBuilder.build(BundleSource(files), now: BundleCourt.now)
        }
        #expect(error?.description.hasPrefix("policies/payments.yaml:") == true)
        #expect(throws: BundleError.self) {
            try BundleBuilder.build(BundleSource(BundleCourt.files()), now: BundleCourt.now + .seconds(86_400))
        }
    }
}
