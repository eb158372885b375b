package import Admission
package import Core
package import Policy
internal import Synchronization

/// What requests are decided by; replaced as a whole.
package struct LoadedPolicy: Sendable {
    package let admitter: Admitter
    package let bundle: PolicyBundle
    package let waivers: WaiverBook
    /// What is wrong with waiver documents that do not count.
    package let waiverProblems: [WaiverProblem]
    /// The next bundle, which decides in the shadow (`dualVerify`).
    package let next: Admitter?
    package let loadedAt: Instant

    package init(
        admitter: Admitter, bundle: PolicyBundle, waivers: WaiverBook, waiverProblems: [WaiverProblem] = [],
        next: Admitter? = nil, loadedAt: Instant
    ) {
        self.admitter = admitter
        self.bundle = bundle
        self.waivers = waivers
        self.waiverProblems = waiverProblems
        self.next = next
        self.loadedAt = loadedAt
    }
}

/// The policy in force. A request is decided by what it was when the request began.
package final class PolicyInForce: Sendable {
    private let policy = Mutex<LoadedPolicy?>(nil)

    package init() {}

    /// `nil` until something was loaded for the first time.
    package var current: LoadedPolicy? { policy.withLock { $0 } }

    package func replace(by new: LoadedPolicy) { policy.withLock { $0 = new } }
}
