import ArgumentParser
import Core
import Foundation
import Server

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Decide for a cluster: the admission webhook, its API, health and metrics.",
        discussion: """
            Every option can also be given in the configuration file or the environment: the file's webhook.listen is \
            MC_WEBHOOK_LISTEN and --listen. Options win over the environment, the environment over the file.

            It ends well on SIGTERM: requests under way are answered, the log is closed. Exit 2 when it cannot start.
            """)

    @Option(help: ArgumentHelp("The configuration file.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("The cluster it decides for, as the bundle names it.", valueName: "name"))
    var cluster: String?

    @Option(help: ArgumentHelp("The folder of the policy bundle; its changes are taken over.", valueName: "folder"))
    var policy: String?

    @Option(help: ArgumentHelp("The RoleTrust document: whose signatures on bundles count.", valueName: "file"))
    var trust: String?

    @Option(help: ArgumentHelp("The folder of signed waivers and revocation lists.", valueName: "folder"))
    var waivers: String?

    @Option(help: ArgumentHelp("The folder of the decision log.", valueName: "folder"))
    var log: String?

    @Option(help: ArgumentHelp("The log's private key, as mc log key new writes it.", valueName: "file"))
    var logKey: String?

    @Option(help: ArgumentHelp("Where the webhook listens, such as :8443.", valueName: "address"))
    var listen: String?

    @Option(help: ArgumentHelp("The webhook's certificate in PEM; its changes are taken over.", valueName: "file"))
    var certificate: String?

    @Option(help: ArgumentHelp("The certificate's private key in PEM.", valueName: "file"))
    var key: String?

    @Option(help: ArgumentHelp("The CA of the API server's client certificates, in PEM.", valueName: "file"))
    var clientCa: String?

    @Option(help: ArgumentHelp("Where the API listens; needs --tokens or an OpenID provider.", valueName: "address"))
    var api: String?

    @Option(help: ArgumentHelp("Who may ask the API: the token file.", valueName: "file"))
    var tokens: String?

    @Option(help: ArgumentHelp("Where health and metrics listen, in plain HTTP.", valueName: "address"))
    var health: String?

    @Option(help: ArgumentHelp("The folder that verified evidence is kept in.", valueName: "folder"))
    var cache: String?

    @Option(help: ArgumentHelp("The lineage store's file.", valueName: "file"))
    var store: String?

    @Option(
        help: ArgumentHelp("A registry that stands in for the images' own, or an OCI layout.", valueName: "registry"))
    var evidence: String?

    @Option(help: ArgumentHelp("Registry that may be asked over plain HTTP; may be repeated.", valueName: "host"))
    var insecureRegistry: [String] = []

    @Option(help: ArgumentHelp("The kubeconfig of the cluster, for owners and namespaces.", valueName: "file"))
    var kubeconfig: String?

    @Option(help: ArgumentHelp("The kubeconfig's context.", valueName: "name"))
    var context: String?

    @Flag(help: "Use the pod's own service account for owners and namespaces.")
    var inCluster = false

    @Flag(help: "Say which addresses it listens on, as JSON lines on standard output.")
    var announce = false

    func run() async throws {
        var flags: [String: String] = [:]
        let given: [(String, String?)] = [
            ("cluster", cluster), ("policy.bundle", policy), ("policy.trust", trust), ("waivers.folder", waivers),
            ("log.folder", log), ("log.key", logKey), ("webhook.listen", listen),
            ("webhook.certificate", certificate), ("webhook.key", key), ("webhook.clientCA", clientCa),
            ("api.listen", api), ("api.tokens", tokens), ("health.listen", health), ("cache.folder", cache),
            ("lineage.store", store), ("evidence.standIn", evidence), ("kubernetes.kubeconfig", kubeconfig),
            ("kubernetes.context", context), ("kubernetes.inCluster", inCluster ? "true" : nil),
        ]
        for (name, value) in given { flags[name] = value }
        let environment = ProcessInfo.processInfo.environment
        let path = config ?? environment["MC_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        let file = try path.map { ($0, try InputFile.read($0, cap: Cap("bytes of a configuration file", 1 << 20))) }
        let configuration = try ServeConfiguration(
            file: file, environment: environment, flags: flags, insecureRegistries: insecureRegistry)
        try await ServeAssembly(configuration, announces: announce).run()
    }
}
