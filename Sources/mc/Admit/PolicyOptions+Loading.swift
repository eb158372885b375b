import Core
import Foundation
import Policy

extension PolicyOptions {
    /// Loads the bundle and the waivers that count under it; what does not count is told on standard error.
    ///
    /// - Throws: ``UsageError`` when no bundle was named, ``InputError`` or ``BundleError`` when it cannot be used.
    func load(_ now: Instant) throws -> (bundle: PolicyBundle, waivers: WaiverBook) {
        guard let policy else { throw UsageError("which policy decides? Give --policy FOLDER") }
        let file = trust ?? ProcessInfo.processInfo.environment["MC_POLICY_TRUST"].flatMap { $0.isEmpty ? nil : $0 }
        if state != nil, file == nil {
            throw UsageError("--state is about signed bundles; give --trust FILE as well")
        }
        let bundle = try PolicyFolder.bundle(policy, trust: file, state: state, now: now)
        guard let waivers else { return (bundle, .none) }
        let (book, problems) = WaiverBook.verifying(
            try PolicyFolder.read(waivers), bundle: bundle, trust: try file.map(PolicyFolder.trust), now: now)
        for problem in problems.prefix(20) {
            Console.standard.error("mc: this waiver does not count: \(problem)".printable)
        }
        return (bundle, book)
    }
}
