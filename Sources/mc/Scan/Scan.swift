import Admission
import ArgumentParser
import Cluster
import Core
import Foundation
import Installation
import Kubernetes
import KubernetesClient
import Policy

struct Scan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Decide about what runs now, and say what nobody decided about.",
        discussion: """
            Exit 0 when everything that runs may and was decided, 1 when something may not, was not, or the webhook was \
            removed or narrowed, 2 when something could not be decided.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json, junit
    }

    @OptionGroup var target: ClusterOptions

    @Option(
        help: ArgumentHelp(
            "What kubectl get pods,… -o json wrote, instead of a cluster: a file or folder; may be repeated.",
            valueName: "file"))
    var from: [String] = []

    @OptionGroup var policy: PolicyOptions

    @Option(help: ArgumentHelp("The folder of signed waivers and revocation lists.", valueName: "folder"))
    var waivers: String?

    @OptionGroup var evidence: EvidenceOptions

    @Option(help: ArgumentHelp("The folder of the decision log; once for each replica.", valueName: "folder"))
    var log: [String] = []

    @Flag(
        help: ArgumentHelp(
            "Nobody but the API server reaches the webhook (webhook.trustNetwork of mc serve): believe the log also where "
                + "the caller showed no client certificate."))
    var trustNetwork = false

    @Option(
        help: ArgumentHelp(
            "The webhook configurations as they were installed, to compare with, instead of what mc install writes; may "
                + "be repeated.", valueName: "file"))
    var webhooks: [String] = []

    @Option(help: ArgumentHelp("mc's own namespace, as given to mc install (default: mc-system).", valueName: "name"))
    var mcNamespace: String?

    @Option(
        help: ArgumentHelp(
            "A namespace that was exempted by mc install, beside kube-system and mc's own; may be repeated.",
            valueName: "name"))
    var exemptNamespace: [String] = []

    @Option(help: ArgumentHelp("The cluster, when the bundle knows several.", valueName: "name"))
    var cluster: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("The namespace; the context's own when absent.", valueName: "name"))
    var namespace: String?

    @Flag(name: [.customShort("A"), .customLong("all-namespaces")], help: "All namespaces.")
    var allNamespaces = false

    @Option(name: [.short, .customLong("output")], help: "How the result is written.")
    var output = Format.table

    @Option(help: ArgumentHelp("Judge as of this time instead of now.", valueName: "instant"))
    var at: String?

    @Option(help: ArgumentHelp("How long it may take in all, in seconds.", valueName: "seconds"))
    var timeout = 300

    func validate() throws {
        if !from.isEmpty, target.isNamed { throw ValidationError("expected either --from or a cluster") }
        if !webhooks.isEmpty, mcNamespace != nil || !exemptNamespace.isEmpty {
            throw ValidationError(
                "--webhooks says which namespaces are exempt; leave out --exempt-namespace and --mc-namespace")
        }
        if trustNetwork, log.isEmpty { throw ValidationError("--trust-network says how to read a log; give --log") }
        if allNamespaces, namespace != nil { throw ValidationError("expected either --namespace or --all-namespaces") }
    }

    func run() async throws {
        guard (1...86_400).contains(timeout) else { throw UsageError("--timeout \(timeout): expected 1 to 86400") }
        let now = try InstantArgument.now(at)
        let installed = try self.installed()
        let end = ContinuousClock.now + .seconds(timeout)
        let bundle = try policy.load(now)
        let book = try policy.book(waivers, bundle: bundle, now: now)
        let (inventory, owners) = try await world()
        let name = try PolicyOptions.cluster(cluster, of: bundle)
        let admitter = try Admitter(
            bundle: bundle, cluster: name, places: try evidence.places(), owners: owners, waivers: book)
        var known: ScanLog?
        if !log.isEmpty {
            var read = try await ScanLog(folders: log, trustsNetwork: trustNetwork)
            await read.drop(unproven: inventory.pods)
            known = read
        }
        let isLooked = from.isEmpty || !webhooks.isEmpty || !inventory.webhooks.isEmpty
        if !isLooked {
            Console.standard.error(
                "note: there is no webhook configuration among the objects, so nothing is said of it")
        }
        let engine = ScanEngine(admitter: admitter, now: now, end: end, exempt: installed.exemptions)
        let result = ScanResult(
            at: now, cluster: name, pods: await engine.decide(inventory.pods, known),
            unreadable: inventory.unreadable.map { ($0.name, "\($0.problem)") },
            alarms: isLooked ? installed.alarms(inventory.webhooks) : nil, log: known)
        let report = ScanReport(result)
        switch output {
        case .table: Console.standard.print(report.table(.standard))
        case .json: Console.standard.print(report.json.pretty.printableJSON)
        case .junit: Console.standard.print(report.junit)
        }
        if result.outcome != .good { throw result.outcome }
    }

    /// What runs, and who knows the owners.
    private func world() async throws -> (ClusterInventory, any OwnerDirectory) {
        guard from.isEmpty else {
            let objects = try from.flatMap { try ScanInput.objects($0) }
            var inventory = ClusterInventory(objects)
            if let namespace { inventory.pods.removeAll { !$0.namespace.isSame(as: namespace) } }
            return (inventory, ListedOwners(inventory.others))
        }
        let client = try target.client()
        let namespace = allNamespaces ? nil : namespace ?? client.namespace ?? "default"
        return (
            try await ClusterInventory(client, namespace: namespace), ClusterOwners(client, deadline: .seconds(10))
        )
    }

    /// The webhook as it should be. What the cluster has now says nothing of that: whoever narrowed it wrote it.
    private func installed() throws -> WebhookGuard {
        guard webhooks.isEmpty else {
            let installed = WebhookGuard(expected: try webhooks.flatMap { try ScanInput.objects($0) })
            guard installed.isUsable else {
                throw InputError(
                    webhooks.joined(separator: ", "), "holds no ValidatingWebhookConfiguration to compare with")
            }
            return installed
        }
        return WebhookGuard(
            expected: try Installation.webhooks(namespace: mcNamespace ?? "mc-system", exempt: exemptNamespace))
    }
}
