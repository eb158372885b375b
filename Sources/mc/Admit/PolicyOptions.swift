import ArgumentParser
import Core
import Foundation
import Policy

/// Which policy bundle decides, and whose signatures on it count.
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
}

extension PolicyOptions {
    /// The file of the RoleTrust document, as an option or from the environment.
    var trustFile: String? {
        trust ?? ProcessInfo.processInfo.environment["MC_POLICY_TRUST"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Loads the bundle.
    ///
    /// - Throws: ``UsageError``, ``InputError`` or ``BundleError`` when there is no bundle to decide by.
    func load(_ now: Instant) throws -> PolicyBundle {
        guard let policy else { throw UsageError("expected --policy FOLDER: what is decided by") }
        if state != nil, trustFile == nil {
            throw UsageError("--state is about signed bundles; give --trust FILE as well")
        }
        let bundle = try PolicyFolder.bundle(policy, trust: trustFile, state: state, now: now)
        if trustFile == nil {
            Console.standard.error(
                "note: nobody's signature on the policy bundle was checked; give --trust FILE to decide as a cluster does"
            )
        }
        return bundle
    }

    /// The verified waivers of a folder; those that do not count are said.
    ///
    /// - Throws: ``InputError`` when the folder cannot be read.
    func book(_ folder: String?, bundle: PolicyBundle, now: Instant) throws -> WaiverBook {
        guard let folder else { return .none }
        let (book, problems) = WaiverBook.verifying(
            try PolicyFolder.read(folder), bundle: bundle, trust: try trustFile.map(PolicyFolder.trust), now: now)
        for problem in problems.prefix(20) { Console.standard.error("waiver does not count: \(problem)".printable) }
        return book
    }

    /// The cluster that is named, or the only one that the bundle knows.
    ///
    /// - Throws: ``UsageError`` when it has to be named.
    static func cluster(_ name: String?, of bundle: PolicyBundle) throws(UsageError) -> String {
        if let name { return name }
        guard bundle.clusters.count == 1, let only = bundle.clusters.first else {
            let names = bundle.clusters.map(\.cluster).joined(separator: ", ")
            throw UsageError("expected --cluster: the bundle knows \(names.isEmpty ? "none" : names.printable)")
        }
        return only.cluster
    }
}
