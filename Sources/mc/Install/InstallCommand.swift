import ArgumentParser
import Core
import Foundation
import Installation
import TransparencyLog

struct InstallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Print the manifests that install mc in a cluster.",
        discussion: """
            Nothing is applied. Apply the server first (--only server), then, once it is ready, the webhook (--only \
            webhook). With -o kustomize a folder is written: both parts, alert rules, examples for Flux and Argo CD, \
            and files for control planes that can show client certificates.
            """)

    enum Output: String, ExpressibleByArgument, CaseIterable { case yaml, kustomize }

    @Option(help: ArgumentHelp("mc's own namespace.", valueName: "name"))
    var namespace = "mc-system"

    @Option(help: ArgumentHelp("The image to run, by digest.", valueName: "ref@sha256:…"))
    var image: String

    @Option(
        help: ArgumentHelp(
            "Another image whose digest may run in mc's namespace: the one before, during an upgrade.",
            valueName: "ref@sha256:…"))
    var allowImage: [String] = []

    @Option(help: ArgumentHelp("The cluster's name in the policy bundle's environment map.", valueName: "name"))
    var cluster = "default"

    @Option(help: ArgumentHelp("How many replicas, 1 to 9.", valueName: "number"))
    var replicas = 2

    @Option(help: ArgumentHelp("CA certificates that the API server trusts the webhook by (PEM).", valueName: "file"))
    var caBundle: String?

    @Flag(help: "Have cert-manager issue the certificates and write its CA into the webhook.")
    var certManager = false

    @Option(
        help: ArgumentHelp(
            "A namespace the webhook is not asked about, beside kube-system and mc's own. May be given more than once.",
            valueName: "name"))
    var exemptNamespace: [String] = []

    @Option(
        help: ArgumentHelp(
            "A port that registries are asked at; 443 when absent. May be given more than once.", valueName: "number"))
    var registryPort: [Int] = []

    @Option(
        help: ArgumentHelp(
            "The public key of a replica's log, as mc log key new printed it: the other replicas then follow that log. "
                + "Give none, or one for each replica.", valueName: "key"))
    var replicaKey: [String] = []

    @Flag(help: "Demand a client certificate of the API server; see control-plane/ of -o kustomize.")
    var clientCertificates = false

    @Flag(help: "Evaluate a next bundle in shadow, from the ConfigMap mc-policy-next.")
    var shadow = false

    @Option(help: ArgumentHelp("Only the server or only the webhook: server, webhook or all.", valueName: "part"))
    var only = "all"

    @Option(name: .shortAndLong, help: "The form: yaml or kustomize.")
    var output = Output.yaml

    @Option(
        help: ArgumentHelp("The folder for -o kustomize; files of the same names are replaced.", valueName: "folder"))
    var outputDir: String?

    private static let bundleCap = Cap("bytes of a CA bundle", 1 << 20)

    func run() throws {
        guard let part = Installation.Part(rawValue: only) else {
            throw UsageError("--only \(only.printable): expected server, webhook or all")
        }
        if output == .kustomize, part != .all {
            throw UsageError("--only is for -o yaml; a Kustomize folder holds both parts apart")
        }
        guard (outputDir != nil) == (output == .kustomize) else {
            throw UsageError("--output-dir FOLDER and -o kustomize belong together")
        }
        let installation = Installation(try options(part))
        if let outputDir {
            try Self.write(try installation.kustomize(), to: outputDir)
        } else {
            Console.standard.print(try installation.yaml(part))
        }
        note()
    }

    private func options(_ part: Installation.Part) throws -> InstallOptions {
        let trust: InstallOptions.Trust?
        switch (caBundle, certManager) {
        case (_?, true): throw UsageError("--ca-bundle and --cert-manager exclude each other")
        case (let file?, false): trust = .bundle(try InputFile.read(file, cap: Self.bundleCap))
        case (nil, true): trust = .certManager
        case (nil, false): trust = nil
        }
        for key in replicaKey {
            do {
                _ = try VerifierKey(key)
            } catch {
                throw UsageError("--replica-key: \(error)")
            }
        }
        return try InstallOptions(
            namespace: namespace, image: image, otherImages: allowImage, cluster: cluster, replicas: replicas,
            trust: trust, exempt: exemptNamespace, hasClientCertificates: clientCertificates, hasShadow: shadow,
            registryPorts: registryPort.isEmpty ? [443] : registryPort, replicaKeys: replicaKey)
    }

    /// What the operator should know and no manifest says.
    private func note() {
        if replicas == 1 {
            Console.standard.error("mc: with one replica every restart of mc stops all deploys until it is back")
        }
        if replicas > 1, replicaKey.isEmpty, only != Installation.Part.webhook.rawValue {
            Console.standard.error(
                "mc: without --replica-key no replica knows what another admitted, so that promotions may be denied; "
                    + "see docs/how-to/install.md, The replicas' logs")
        }
        if !clientCertificates, only != Installation.Part.webhook.rawValue {
            Console.standard.error(
                "mc: without --client-certificates entries are of unauthenticated callers, and promotions do not count "
                    + "them; see docs/how-to/install.md, Client certificates")
        }
        if certManager, !exemptNamespace.contains("cert-manager") {
            Console.standard.error(
                "mc: while the webhook is down, cert-manager's own pods cannot start either; keep its certificates "
                    + "watched, or exempt its namespace by --exempt-namespace cert-manager")
        }
    }

    private static func write(_ files: [String: String], to folder: String) throws {
        for (name, text) in files.sorted(by: { $0.key < $1.key }) {
            let file = "\(folder)/\(name)"
            let parent = URL(filePath: file).deletingLastPathComponent().path
            do {
                try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            } catch {
                throw InputError(parent, "cannot be made: \(error.localizedDescription)")
            }
            if (try? String(contentsOfFile: file, encoding: .utf8)) == text { continue }
            try OutputFile.write(Array(text.utf8), to: file)
            Console.standard.print("wrote \(file.printable)")
        }
    }
}
