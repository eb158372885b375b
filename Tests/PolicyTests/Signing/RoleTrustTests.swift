import Core
import Testing
import YAML

@testable import Policy

/// Whose signatures count is read strictly.
@Suite("Role trust") struct RoleTrustTests {
    private static let key = WaiverCourt.key()
    private static let other = WaiverCourt.key()

    private static func document(_ spec: JSONValue) -> [UInt8] {
        let document: JSONValue = [
            "apiVersion": "mc.internal/v1", "kind": "RoleTrust", "metadata": ["name": "clusters"], "spec": spec,
        ]
        return Array(YAMLWriter.text(document).utf8)
    }

    private static func role(
        _ name: String = "policy", keys: [PrivateKey] = [key], _ more: [(String, JSONValue)] = []
    ) -> JSONValue {
        var object = JSONObject([JSONObject.Member(key: "name", value: .string(name))])
        object["keys"] = .array(keys.map { .string($0.publicPEM) })
        for (name, value) in more { object[name] = value }
        return .object(object)
    }

    @Test func isReadAsWritten() throws {
        let trust = try RoleTrust(
            parsing: Self.document([
                "bundle": "payments",
                "roles": [
                    Self.role(keys: [Self.key, Self.other], [("threshold", 2)]),
                    Self.role("platform", [("kinds", ["EnvironmentMap", "ClusterIdentity"])]),
                    Self.role("revocations"),
                ],
            ]), file: "trust.yaml")
        #expect(trust.bundle == "payments")
        #expect(trust.policyRole.threshold == 2 && trust.policyRole.keys.count == 2)
        #expect(trust.role("platform")?.kinds == ["EnvironmentMap", "ClusterIdentity"])
        #expect(trust.rollbackRole.name == "policy")
    }

    static let refused: [(String, JSONValue, String)] = [
        ("no roles", [:], "spec.roles"), ("empty roles", ["roles": []], "spec.roles"),
        ("nobody for policy", ["roles": [role("platform", [("kinds", ["EnvironmentMap"])])]], "spec.roles"),
        ("a role twice", ["roles": [role(), role()]], "spec.roles[1].name"),
        ("a key twice", ["roles": [role(keys: [key, key])]], "spec.roles[0].keys[1]"),
        ("no key", ["roles": [role(keys: [])]], "spec.roles[0].keys"),
        ("threshold zero", ["roles": [role("policy", [("threshold", 0)])]], "spec.roles[0].threshold"),
        ("threshold out of reach", ["roles": [role("policy", [("threshold", 2)])]], "spec.roles[0].threshold"),
        ("kinds of policy", ["roles": [role("policy", [("kinds", ["TrustRoot"])])]], "spec.roles[0].kinds"),
        ("a role that never signs", ["roles": [role(), role("platform")]], "spec.roles[1]"),
        ("an unknown kind", ["roles": [role(), role("p", [("kinds", ["Waiver"])])]], "spec.roles[1].kinds[0]"),
        ("an unknown field", ["roles": [role("policy", [("treshold", 1)])]], "spec.roles[0].treshold"),
        ("a field beside the roles", ["roles": [role()], "keys": []], "spec.keys"),
        ("a bundle without a name", ["roles": [role()], "bundle": .null], "spec.bundle"),
        ("no PEM", ["roles": [["name": "policy", "keys": ["x"]]]], "spec.roles[0].keys[0]"),
    ]

    @Test(arguments: refused)
    func isRefusedAtTheField(name: String, spec: JSONValue, field: String) {
        let error = #expect(throws: YAMLError.self, "\(name)") {
            try RoleTrust(parsing: Self.document(spec), file: "trust.yaml")
        }
        #expect(error?.field == field, "\(error.map(String.init(describing:)) ?? name)")
        #expect(error?.file == "trust.yaml" && error?.mark != nil)
    }

    @Test func oneKeyUnderTwoAlgorithmIdentifiersIsOneKey() throws {
        let pkcs1 = try PrivateKey(generating: .rsa2048)
        // rsaEncryption becomes id-RSASSA-PSS, whose parameters may be absent (RFC 4055 §3.1).
        var der = pkcs1.publicKey.subjectPublicKeyInfo
        let identifier: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01]
        let place = try #require(der.firstRange(of: identifier))
        der[place.upperBound] = 0x0A
        let pss = try PublicKey(subjectPublicKeyInfo: der)
        #expect(pss.fingerprint != pkcs1.publicKey.fingerprint)
        #expect(KeyMaterial(pss) == KeyMaterial(pkcs1.publicKey))
        #expect(KeyMaterial(pss) != KeyMaterial(try PrivateKey(generating: .rsa2048).publicKey))
        let trust = Self.document([
            "roles": [
                [
                    "name": "policy",
                    "keys": [
                        .string(pkcs1.publicPEM), .string(PEM.encode(label: "PUBLIC KEY", bytes: der)),
                    ],
                ]
            ]
        ])
        #expect(throws: YAMLError.self) { try RoleTrust(parsing: trust, file: "trust.yaml") }
    }

    @Test(arguments: PrivateKey.Kind.allCases)
    func everyKindOfKeySignsDocuments(kind: PrivateKey.Kind) throws {
        let key = try PrivateKey(generating: kind)
        let document = try SignedDocument(payload: [1, 2], type: "t", signers: [key])
        let read = try SignedDocument(parsing: document.bytes)
        #expect(read == document)
        #expect(try read.payload(type: "t", keys: [key.publicKey], role: "r") == [1, 2])
        #expect(throws: SigningError.self) { try read.payload(type: "u", keys: [key.publicKey], role: "r") }
        #expect(throws: SigningError.self) { try read.payload(type: "t", keys: [Self.other.publicKey], role: "r") }
        #expect(throws: SigningError.self) { try read.payload(type: "t", keys: [], threshold: 0, role: "r") }
    }

    @Test func nobodySignsNothing() {
        #expect(throws: SigningError.self) { try SignedDocument(payload: [1], type: "t", signers: []) }
    }
}
