import Admission
import ArgumentParser
import Core
import Foundation
import Kubernetes
import Lineage
import Policy
import Recording

struct Admit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admit",
        abstract: "Decide whether a workload may run, and say why.",
        discussion: """
            Exit 0 when it may (or all of several may), 1 when a policy denies it, also where Audit would let it pass, \
            2 when it could not be decided or the input is malformed.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json, review
    }

    @Option(help: ArgumentHelp("An AdmissionReview as the API server sends it.", valueName: "file"))
    var review: String?

    @Option(
        name: [.customShort("f"), .customLong("filename")],
        help: ArgumentHelp("A manifest in YAML or JSON, as if it were created; may be repeated.", valueName: "file"))
    var manifests: [String] = []

    @OptionGroup var policy: PolicyOptions
    @Option(help: ArgumentHelp("The folder of signed waivers and revocation lists.", valueName: "folder"))
    var waivers: String?

    @OptionGroup var evidence: EvidenceOptions
    @OptionGroup var store: StoreOption

    @Option(help: ArgumentHelp("The cluster, when the bundle knows several.", valueName: "name"))
    var cluster: String?

    @Option(help: ArgumentHelp("Where objects of -f go that name no namespace.", valueName: "name"))
    var namespace: String?

    @Option(help: ArgumentHelp("The API server's user for -f.", valueName: "name"))
    var user: String?

    @Option(help: ArgumentHelp("A group of that user; may be repeated.", valueName: "name"))
    var group: [String] = []

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("Whom to take the requester for: issuer=…,subject=…[,claim=…].", valueName: "claims"))
    var claims: [String] = []

    @Option(
        help: ArgumentHelp(
            "Objects that exist in the cluster, for owners: manifests or reviews; may be repeated.", valueName: "file"))
    var owners: [String] = []

    @Flag(help: "Record decision and evidence in the lineage store; what is dry run is not recorded.")
    var record = false

    @Option(name: [.short, .customLong("output")], help: "How the decision is written.")
    var output = Format.table

    @Option(help: ArgumentHelp("Judge as of this time instead of now.", valueName: "instant"))
    var at: String?

    @Option(help: ArgumentHelp("How long to wait for evidence in all, in seconds.", valueName: "seconds"))
    var timeout = 30

    @Flag(help: "Print nothing but errors; the exit code tells the result.")
    var quiet = false

    func validate() throws {
        if (review == nil) == manifests.isEmpty { throw ValidationError("expected either --review or -f") }
        if output == .review, review == nil { throw ValidationError("-o review answers a --review") }
        if review != nil, namespace != nil || user != nil || !group.isEmpty {
            throw ValidationError("--namespace, --user and --group are for -f; a review says them itself")
        }
        if record, review == nil || !claims.isEmpty || at != nil {
            throw ValidationError(
                "--record keeps what a cluster asks now: give a --review, and leave out --as and --at")
        }
        if record, store.path == nil { throw ValidationError("--record needs --store") }
    }

    func run() async throws {
        guard (1...600).contains(timeout) else { throw UsageError("--timeout \(timeout): expected 1 to 600") }
        let now = try InstantArgument.now(at)
        let assumed = try ClaimsArgument.claims(claims)
        let (bundle, book) = try load(now)
        let lineage = try store.path.map { _ in try store.open(record ? .readWrite : .readOnly) }
        let admitter = try Admitter(
            bundle: bundle, cluster: try PolicyOptions.cluster(cluster, of: bundle), places: try evidence.places(),
            owners: try directory(), records: lineage.map { LineageRecords($0) } ?? NoRecords(), waivers: book)
        let end = ContinuousClock.now + .seconds(timeout)
        var report = AdmitOutput(format: output, quiet: quiet)
        for path in review.map({ [$0] }) ?? manifests {
            let items: [AdmitInput.Item]
            do {
                items = try self.items(path)
            } catch {
                report.add(error, at: path, review: nil)
                continue
            }
            // One that cannot be decided takes nothing from the others: a denial among them is still said.
            for item in items {
                do {
                    let left = end - .now
                    guard left > .zero else {
                        throw UsageError(
                            "\(item.title.printable): none of the \(timeout) seconds was left; give --timeout for longer"
                        )
                    }
                    let (decision, facts) = try await Deadline.run(left, "deciding \(item.title.printable)") {
                        try await admitter.resolve(item.request, at: now, assumedClaims: assumed)
                    }
                    if record, let lineage { try await DecisionRecorder(lineage).record(decision, facts) }
                    report.add(decision, item)
                } catch {
                    report.add(error, at: path, review: item.review)
                }
            }
        }
        try report.finish()
    }

    private func load(_ now: Instant) throws -> (PolicyBundle, WaiverBook) {
        let bundle = try policy.load(now)
        return (bundle, try policy.book(waivers, bundle: bundle, now: now))
    }

    private func items(_ path: String) throws -> [AdmitInput.Item] {
        if review != nil { return [try AdmitInput.review(path)] }
        let user = UserInfo(username: user ?? "", groups: group)
        return try AdmitInput.manifest(path, namespace: namespace ?? "default", user: user, isDryRun: true)
    }

    private func directory() throws -> any OwnerDirectory {
        owners.isEmpty ? NoOwners() : ListedOwners(try owners.flatMap { try AdmitInput.objects($0) })
    }
}
