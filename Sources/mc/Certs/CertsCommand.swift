import ArgumentParser
import Core
import Foundation
import Policy
import ServingCertificates

struct CertsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certs",
        abstract: "Make, rotate and show the webhook's certificates.",
        subcommands: [CertsBootstrap.self, CertsRotate.self, CertsShow.self, CertsClient.self])

    /// Without a subcommand nothing was asked that could be good.
    func run() throws { try Self.missSubcommand() }
}

/// How long certificates live, and when now is.
struct CertsTermOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How long a CA lives; 365d when absent.", valueName: "duration"))
    var caLife: String?

    @Option(help: ArgumentHelp("How long a serving certificate lives; 90d when absent.", valueName: "duration"))
    var life: String?

    @Option(
        help: ArgumentHelp(
            "How long a new CA is only trusted before it issues; 24h when absent.", valueName: "duration"))
    var overlap: String?

    @Option(help: ArgumentHelp("The instant to act at; now when absent.", valueName: "instant"))
    var at: String?

    var now: Instant {
        get throws { try InstantArgument.now(at) }
    }

    var terms: CertificateTerms {
        get throws {
            var terms = CertificateTerms()
            if let caLife { terms.authorityLife = try Self.duration(caLife, "--ca-life") }
            if let life { terms.servingLife = try Self.duration(life, "--life") }
            if let overlap { terms.overlap = try Self.duration(overlap, "--overlap") }
            return terms
        }
    }

    static func duration(_ text: String, _ option: String) throws -> Duration {
        guard let duration = DurationText.parse(text) else {
            throw UsageError("\(option) \(text.printable): expected a duration such as 90m, 12h or 30d")
        }
        return duration
    }

    static func names(_ texts: [String]) throws -> [ServingName] {
        var names: [ServingName] = []
        for text in texts {
            do {
                names.append(try ServingName(text))
            } catch {
                throw UsageError("--dns \(text.printable): \(error.message)")
            }
        }
        return names
    }
}

struct CertsBootstrap: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bootstrap",
        abstract: "Make a CA and a serving certificate in a new folder.",
        discussion: """
            The folder holds ca.crt (for mc install --ca-bundle), ca.key, tls.crt and tls.key, readable by their owner \
            alone. Keep ca.key away from the cluster: only rotate and client need it.
            """)

    @Option(
        help: ArgumentHelp(
            "A DNS name or an IP address of the server. May be given more than once.",
            valueName: "name"))
    var dns: [String] = []

    @Option(help: ArgumentHelp("The folder to make.", valueName: "folder"))
    var out: String

    @OptionGroup var options: CertsTermOptions

    func run() throws {
        guard !dns.isEmpty else {
            throw UsageError("what is the server reached by? Give --dns mc-webhook.mc-system.svc")
        }
        let folder = CertificateFolder(path: out)
        guard !folder.holds(anyOf: CertificateSet.fileNames) else {
            throw InputError(out, "holds certificates already; mc certs rotate renews them")
        }
        let now = try options.now
        var random = SystemRandomNumberGenerator()
        let set = try CertificateSet.bootstrap(
            try CertsTermOptions.names(dns), at: now, terms: try options.terms, random: &random)
        try folder.write(set.files, at: now)
        Console.standard.print(
            "wrote \(out.printable): CA until \(set.authorities[0].validity.end), serving certificate until "
                + "\(set.serving.certificate.validity.end)")
        Console.standard.error("mc: have mc certs rotate --dir \(out.printable) run daily")
    }
}

struct CertsRotate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Renew what has a third of its life left or less, and say what was done.",
        discussion: """
            Run it daily; when nothing is due nothing is written. A new CA is trusted for a day before it issues: give \
            the new ca.crt to the API server meanwhile (mc install --only webhook --ca-bundle). All files change at once.
            """)

    @Option(help: ArgumentHelp("The folder that mc certs bootstrap made.", valueName: "folder"))
    var dir: String

    @Option(
        help: ArgumentHelp(
            "A DNS name or an IP address, in place of those of the present certificate. May be given more than once.",
            valueName: "name"))
    var dns: [String] = []

    @OptionGroup var options: CertsTermOptions

    func run() throws {
        let folder = CertificateFolder(path: dir)
        var set = try folder.read()
        let now = try options.now
        var random = SystemRandomNumberGenerator()
        let names = dns.isEmpty ? nil : try CertsTermOptions.names(dns)
        let steps = try set.rotate(at: now, names: names, terms: try options.terms, random: &random)
        guard !steps.isEmpty else {
            let next = (set.authorities.suffix(1) + [set.serving.certificate]).map(\.validity.renewal).min()
            Console.standard.print("nothing is due before \(next.map { "\($0)" } ?? "the end")")
            return
        }
        try folder.write(set.files, at: now)
        for step in steps { Console.standard.print("\(step)") }
    }
}

struct CertsShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show certificates of a folder and what they are worth; exit 1 when one that is needed is not valid.")

    enum Output: String, ExpressibleByArgument, CaseIterable { case table, json }

    @Option(help: ArgumentHelp("The folder that mc certs bootstrap made.", valueName: "folder"))
    var dir: String

    @Option(help: ArgumentHelp("The instant to judge at; now when absent.", valueName: "instant"))
    var at: String?

    @Option(name: .shortAndLong, help: "The form: table or json.")
    var output = Output.table

    func run() throws {
        let set = try CertificateFolder(path: dir).read()
        let now = try InstantArgument.now(at)
        let rows = set.authorities.map { ("CA", $0) } + [("serving", set.serving.certificate)]
        switch output {
        case .table: Console.standard.print(rows.map { Self.text($0.0, $0.1, now) }.joined(separator: "\n\n"))
        case .json:
            let list = JSONValue.array(rows.map { Self.json($0.0, $0.1, now) })
            Console.standard.print(JSONValue.object(JSONObject([.init(key: "certificates", value: list)])).pretty)
        }
        let usable: [Validity.Standing] = [.valid, .dueForRenewal]
        let isServed = usable.contains(set.serving.certificate.validity.standing(at: now))
        let isTrusted = set.authorities.contains { usable.contains($0.validity.standing(at: now)) }
        if !isServed || !isTrusted { throw Outcome.refused }
    }

    private static func text(_ role: String, _ certificate: IssuedCertificate, _ now: Instant) -> String {
        var rows = [
            (role, certificate.subject.printable), ("standing", certificate.validity.standing(at: now).rawValue),
            ("from", "\(certificate.validity.start)"), ("until", "\(certificate.validity.end)"),
            ("renewal", "\(certificate.validity.renewal)"), ("fingerprint", "\(certificate.fingerprint)"),
        ]
        if !certificate.names.isEmpty {
            rows.insert(("names", certificate.names.map { "\($0)".printable }.joined(separator: ", ")), at: 1)
        }
        return rows.map { $0.0.padding(toLength: 13, withPad: " ", startingAt: 0) + $0.1 }.joined(separator: "\n")
    }

    private static func json(_ role: String, _ certificate: IssuedCertificate, _ now: Instant) -> JSONValue {
        [
            "role": .string(role), "subject": .string(certificate.subject),
            "names": .array(certificate.names.map { .string("\($0)") }),
            "standing": .string(certificate.validity.standing(at: now).rawValue),
            "notBefore": .string("\(certificate.validity.start)"), "notAfter": .string("\(certificate.validity.end)"),
            "renewal": .string("\(certificate.validity.renewal)"),
            "fingerprint": .string("\(certificate.fingerprint)"),
        ]
    }
}

struct CertsClient: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "client",
        abstract: "Make a client certificate by which the API server shows the webhook who it is.",
        discussion: """
            Give the folder to the control plane, beside the kubeconfig of mc install -o kustomize (control-plane/), \
            and ca.crt to mc as the ConfigMap mc-client-ca.
            """)

    @Option(help: ArgumentHelp("The folder that mc certs bootstrap made.", valueName: "folder"))
    var dir: String

    @Option(help: ArgumentHelp("The folder to write client.crt, client.key and ca.crt to.", valueName: "folder"))
    var out: String

    @Option(help: ArgumentHelp("Whose certificate it is.", valueName: "name"))
    var name = "kube-apiserver"

    @Option(
        help: ArgumentHelp("How long it lives; 365d when absent, and never longer than the CA.", valueName: "duration"))
    var life: String?

    @Option(help: ArgumentHelp("The instant to act at; now when absent.", valueName: "instant"))
    var at: String?

    func run() throws {
        let set = try CertificateFolder(path: dir).read()
        let now = try InstantArgument.now(at)
        var terms = CertificateTerms()
        if let life { terms.clientLife = try CertsTermOptions.duration(life, "--life") }
        var random = SystemRandomNumberGenerator()
        let pair = try set.client(name, at: now, terms: terms, random: &random)
        let files = [
            "client.crt": Array(pair.certificate.pem.utf8), "client.key": Array(pair.keyPEM.utf8),
            "ca.crt": Array(set.bundle.utf8),
        ]
        try CertificateFolder(path: out).write(files, at: now)
        Console.standard.print("wrote \(out.printable): \(name.printable) until \(pair.certificate.validity.end)")
    }
}
