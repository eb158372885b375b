package import Policy

/// What is told while the server works; whoever counts listens here.
package struct ServerEvents: Sendable {
    /// A decision was taken, so long after the request came.
    package var decided: @Sendable (Decision, Duration) -> Void = { _, _ in }
    /// A decision is kept and goes back, so long after the request came.
    package var answered: @Sendable (Decision, Duration) -> Void = { _, _ in }
    /// A review or its object could not be read.
    package var malformed: @Sendable () -> Void = {}
    /// An entry could not be written, and why.
    package var unlogged: @Sendable (String) -> Void = { _ in }
    /// A request was turned away before it was read: `too-large`, `too-many`, `unauthorized` …
    package var rejected: @Sendable (String) -> Void = { _ in }
    /// A file, or a folder of them, was taken over, or could not be, and why: `policy`, `waivers`, `tls-webhook` …
    package var reloaded: @Sendable (_ source: String, _ problem: String?) -> Void = { _, _ in }
    /// The next bundle would have decided otherwise; what changed, such as `allow-deny`.
    package var differed: @Sendable (String) -> Void = { _ in }

    package init() {}

    /// Nobody listens.
    package static let none = ServerEvents()
}
