import Core
import Installation
import Server
import Testing

@testable import mc

/// What `mc install` writes for the server is what the server reads.
@Suite struct InstalledConfigurationTests {
    /// Every option that changes mc.yaml.
    struct Choice: Sendable, CustomTestStringConvertible {
        var replicas = 2
        var namespace = "mc-system"
        var isByCertManager = false
        var hasClientCertificates = false
        var hasShadow = false
        var hasKeys = false

        var testDescription: String {
            "\(replicas) in \(namespace)" + (isByCertManager ? ", cert-manager" : "")
                + (hasClientCertificates ? ", client certificates" : "") + (hasShadow ? ", shadow" : "")
                + (hasKeys ? ", keys" : "")
        }

        var installation: Installation {
            get throws {
                let certificate = "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n"
                return Installation(
                    try InstallOptions(
                        namespace: namespace,
                        image: "registry.example.com/mc@sha256:" + String(repeating: "a", count: 64),
                        cluster: "prod.eu_1", replicas: replicas,
                        trust: isByCertManager ? .certManager : .bundle(Array(certificate.utf8)),
                        exempt: ["cert-manager"],
                        hasClientCertificates: hasClientCertificates, hasShadow: hasShadow,
                        registryPorts: [443, 5_000],
                        replicaKeys: hasKeys
                            ? (0..<replicas).map { "mc.internal/prod.eu_1/mc-\($0)+0123abcd+AQIDBA==" } : []))
            }
        }
    }

    static let choices: [Choice] = [1, 2, 9].flatMap { replicas in
        ["mc-system", "guard"].flatMap { namespace in
            (0..<16).map { bits in
                Choice(
                    replicas: replicas, namespace: namespace, isByCertManager: bits & 1 != 0,
                    hasClientCertificates: bits & 2 != 0, hasShadow: bits & 4 != 0, hasKeys: bits & 8 != 0)
            }
        }
    }

    private static func files(_ choice: Choice) throws -> [(name: String, text: String)] {
        let map = try choice.installation.objects(.server).first {
            $0["kind"]?.string == "ConfigMap" && $0["metadata"]?["name"]?.string == "mc-config"
        }
        return (map?["data"]?.object?.members ?? []).map { ($0.key, $0.value.string ?? "") }
    }

    private static func configuration(_ name: String, _ text: String) throws -> ServeConfiguration {
        try ServeConfiguration(file: (name, Array(text.utf8)), environment: [:], flags: [:])
    }

    @Test(arguments: choices) func theServerReadsWhatIsInstalled(choice: Choice) throws {
        let files = try Self.files(choice)
        #expect(files.map(\.name) == (0..<choice.replicas).map { "mc-\($0).yaml" })
        for (index, file) in files.enumerated() {
            let read = try Self.configuration(file.name, file.text)
            for key in [
                "cluster", "policy.bundle", "policy.trust", "policy.state", "waivers.folder", "log.folder", "log.key",
                "webhook.listen", "webhook.certificate", "webhook.key", "api.listen", "api.certificate", "api.key",
                "api.tokens", "health.listen", "recorder.namespace",
            ] { _ = try read.required(key, flag: key) }
            #expect(read.text("log.origin") == "mc.internal/prod.eu_1/mc-\(index)")
            #expect((read.text("policy.next") != nil) == choice.hasShadow)
            #expect((read.text("webhook.clientCA") != nil) == choice.hasClientCertificates)
            #expect(try read.flag("webhook.requireClientCertificate") == choice.hasClientCertificates)
            #expect(try read.flag("recorder.enabled"))
            #expect(read.text("recorder.namespace") == choice.namespace)
            #expect(try read.flag("kubernetes.inCluster"))
            #expect(try read.integer("log.maximumBytes", in: 1 << 20...Int.max) != nil)
            #expect(try read.integer("cache.maximumBytes", in: 1 << 20...1 << 40) != nil)
            #expect(try read.duration("cache.maximumAge") == .seconds(86_400))
            #expect(try read.duration("webhook.deadline") == .seconds(8))
            for key in ["webhook.listen", "api.listen", "health.listen"] {
                _ = try ListenAddress(read.required(key, flag: key))
            }
            #expect(read.witnesses.isEmpty)
            let others = (0..<choice.replicas).filter { choice.hasKeys && $0 != index }
            #expect(
                read.peers.map(\.url) == others.map { "https://mc-\($0).mc.\(choice.namespace).svc:8443" })
            #expect(read.peers.allSatisfy { $0.authority != nil && !$0.token.isEmpty })
        }
    }

    /// The reader does refuse what it does not know.
    @Test(arguments: ["  poll: 1s\n", "  nonsense: x\n"]) func anotherKeyIsNotRead(line: String) throws {
        let file = try #require(try Self.files(Choice()).first)
        let changed = file.text.replacing("waivers:\n", with: "waivers:\n" + line)
        #expect(changed != file.text)
        #expect(throws: (any Error).self) { try Self.configuration(file.name, changed) }
    }
}
