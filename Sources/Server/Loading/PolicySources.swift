package import Admission
package import Core
package import Policy

/// Where policy comes from; reading is done by whoever knows the file system.
package struct PolicySources: Sendable {
    /// The files of a bundle.
    package var bundle: @Sendable () throws -> BundleSource
    /// Whose signatures count, as the bytes of a RoleTrust document; without it bundles are taken as unsigned.
    package var trust: (@Sendable () throws -> [UInt8])?
    /// The files of the next bundle, which decides in the shadow; `nil` inside when there is none at present.
    package var next: @Sendable () throws -> BundleSource?
    /// Signed waivers and revocation lists.
    package var waivers: @Sendable () throws -> [(path: String, bytes: [UInt8])]
    /// Owners' approvals to enforce, which are recorded in the log.
    package var approvals: @Sendable () throws -> [(path: String, bytes: [UInt8])] = { [] }
    /// The versions accepted before, and where those accepted from now on are kept.
    package var memory: @Sendable () throws -> VersionMemory
    package var keepMemory: @Sendable (VersionMemory) throws -> Void
    /// Makes what decides by a bundle and waivers.
    package var admitter: @Sendable (PolicyBundle, WaiverBook) throws -> Admitter

    package init(
        bundle: @escaping @Sendable () throws -> BundleSource, trust: (@Sendable () throws -> [UInt8])? = nil,
        next: @escaping @Sendable () throws -> BundleSource? = { nil },
        waivers: @escaping @Sendable () throws -> [(path: String, bytes: [UInt8])] = { [] },
        memory: @escaping @Sendable () throws -> VersionMemory = { VersionMemory() },
        keepMemory: @escaping @Sendable (VersionMemory) throws -> Void = { _ in },
        admitter: @escaping @Sendable (PolicyBundle, WaiverBook) throws -> Admitter
    ) {
        self.bundle = bundle
        self.trust = trust
        self.next = next
        self.waivers = waivers
        self.memory = memory
        self.keepMemory = keepMemory
        self.admitter = admitter
    }
}

/// How loading stands.
package struct LoadingStatus: Sendable, Hashable {
    /// Why the files that lie there now are not what decides; `nil` when they are.
    package var policyProblem: String?
    /// Since when that is so.
    package var policyProblemSince: Instant?
    package var nextProblem: String?
    package var waiversProblem: String?

    package init() {}
}
