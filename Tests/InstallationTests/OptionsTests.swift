import Core
import Installation
import Testing

@Suite struct OptionsTests {
    private static func code(
        namespace: String = "mc-system", image: String = Samples.image, others: [String] = [],
        cluster: String = "prod", replicas: Int = 2, trust: InstallOptions.Trust? = .certManager, exempt: [String] = [],
        ports: [Int] = [443], keys: [String] = []
    ) -> InstallError.Code? {
        do {
            _ = try InstallOptions(
                namespace: namespace, image: image, otherImages: others, cluster: cluster, replicas: replicas,
                trust: trust, exempt: exempt, registryPorts: ports, replicaKeys: keys)
            return nil
        } catch {
            return error.code
        }
    }

    @Test(
        arguments: [
            (Samples.image, nil), ("registry.example.com/mc:1.2@\(Samples.digest)", nil),
            ("registry.example.com/mc:1.2", .image), ("registry.example.com/mc", .image), ("", .image),
            ("registry.example.com/mc@sha256:abcd", .image),
            ("registry.example.com/mc@sha512:" + String(repeating: "a", count: 128), .image),
        ] as [(String, InstallError.Code?)])
    func theImageIsByDigest(image: String, code: InstallError.Code?) {
        #expect(Self.code(image: image) == code)
        #expect(Self.code(others: [image]) == code)
    }

    @Test(
        arguments: [
            ("mc-system", nil), ("m", nil), (String(repeating: "a", count: 63), nil), ("kube-system", .name),
            ("default", .name), ("MC", .name), ("-a", .name), ("a-", .name), ("a.b", .name), ("", .name),
            ("a'b", .name),
            (String(repeating: "a", count: 64), .name),
        ] as [(String, InstallError.Code?)])
    func theNamespaceIsOne(namespace: String, code: InstallError.Code?) {
        #expect(Self.code(namespace: namespace) == code)
    }

    @Test(arguments: [(0, .number), (1, nil), (9, nil), (10, .number)] as [(Int, InstallError.Code?)])
    func replicasAreBounded(replicas: Int, code: InstallError.Code?) {
        #expect(Self.code(replicas: replicas) == code)
    }

    @Test(
        arguments: [([1, 65_535], nil), ([], nil), ([443, 0], .number), ([65_536], .number)]
            as [([Int], InstallError.Code?)])
    func registriesHavePorts(ports: [Int], code: InstallError.Code?) { #expect(Self.code(ports: ports) == code) }

    /// Each replica has a key or none has, and it is its own.
    @Test(
        arguments: [
            ([], nil), (Samples.keys([0, 1], cluster: "prod"), nil), (Samples.keys([1, 0], cluster: "prod"), nil),
            (Samples.keys([0], cluster: "prod"), .key), (Samples.keys([0, 0], cluster: "prod"), .key),
            (Samples.keys([0, 1, 2], cluster: "prod"), .key), (Samples.keys([0, 1, 1], cluster: "prod"), .key),
            (Samples.keys([0, 1], cluster: "test"), .key), (["mc.internal/prod/mc-0", "mc.internal/prod/mc-1"], .key),
        ] as [([String], InstallError.Code?)])
    func keysAreOfTheReplicas(keys: [String], code: InstallError.Code?) { #expect(Self.code(keys: keys) == code) }

    @Test(
        arguments: [("prod-eu.1", nil), ("", .name), ("a b", .name), ("a/b", .name)] as [(String, InstallError.Code?)])
    func theClusterIsAName(cluster: String, code: InstallError.Code?) { #expect(Self.code(cluster: cluster) == code) }

    @Test(
        arguments: [
            (String(decoding: Samples.certificate, as: UTF8.self), nil), ("", .certificates), ("x", .certificates),
            ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", .certificates),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n", .certificates),
        ] as [(String, InstallError.Code?)])
    func theBundleHoldsOnlyCertificates(text: String, code: InstallError.Code?) {
        #expect(Self.code(trust: .bundle(Array(text.utf8))) == code)
    }

    @Test func aTagIsNotInstalled() throws {
        let options = try InstallOptions(
            image: "registry.example.com/mc:1.2@\(Samples.digest)", trust: .certManager)
        #expect(options.image.description == "registry.example.com/mc@\(Samples.digest)")
    }

    @Test func exemptionsAreSortedAndOnce() throws {
        let options = try Samples.options(exempt: ["zeta", "alpha", "zeta", "kube-system"])
        #expect(options.exemptions == ["kube-system", "mc-system", "alpha", "zeta"])
    }

    @Test func aWebhookNeedsACA() throws {
        let installation = Installation(try Samples.options(trust: nil))
        #expect(try !installation.objects(.server).isEmpty)
        #expect(throws: InstallError.self) { try installation.objects(.webhook) }
        #expect(throws: InstallError.self) { try installation.kustomize() }
    }
}
