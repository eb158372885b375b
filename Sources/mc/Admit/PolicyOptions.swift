import ArgumentParser
import Core
import Foundation
import Policy

/// Which policy bundle decides, whose signatures on it count, and which waivers there are.
struct PolicyOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The policy bundle's folder.", valueName: "folder"))
    var policy: String?

    @Option(
        help: ArgumentHelp(
            "The RoleTrust document that says whose signatures count; $MC_POLICY_TRUST when absent.", valueName: "file")
    )
    var trust: String?

    @Option(help: ArgumentHelp("The versions accepted before, against rollback.", valueName: "file"))
    var state: String?

    @Option(help: ArgumentHelp("The folder of signed waivers and revocation lists.", valueName: "folder"))
    var waivers: String?
}

extension PolicyOptions {
    /// Loads bundle and waivers; what is wrong with single waivers is said on standard error.
    ///
    /// - Throws: ``UsageError``, ``InputError`` or ``BundleError`` when there is no bundle to decide by.
    func load(_ now: Instant) throws -> (bundle: PolicyBundle, waivers: WaiverBook) {
        guard let policy else { throw UsageError("expected --policy FOLDER: what is decided by") }
        let environment = ProcessInfo.processInfo.environment["MC_POLICY_TRUST"].flatMap { $0.isEmpty ? nil : $0 }
        let trustFile = trust ?? environment
        if state != nil, trustFile == nil {
            throw UsageError("--state is about signed bundles; give --trust FILE as well")
        }
        let bundle = try PolicyFolder.bundle(policy, trust: trustFile, state: state, now: now)
        if trustFile == nil {
            Console.standard.error(
                "note: nobody's signature on the policy bundle was checked; give --trust FILE to decide as a cluster does"
            )
        }
        guard let waivers else { return (bundle, .none) }
        let (book, problems) = WaiverBook.verifying(
            try PolicyFolder.read(waivers), bundle: bundle, rules: .standard,
            trust: try trustFile.map(PolicyFolder.trust), now: now)
        for problem in problems { Console.standard.error("waiver does not count: \(problem)".printable) }
        return (bundle, book)
    }
}
