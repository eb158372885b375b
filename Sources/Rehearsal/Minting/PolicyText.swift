package import Core

/// The documents of a policy bundle that name keys, as somebody would write them.
package enum PolicyText {
    /// A `BundleManifest` that ends in thirty days and lets one key approve waivers, as `team-security`.
    package static func manifest(_ name: String, version: String, approver: String, now: Instant) -> String {
        """
        apiVersion: mc.internal/v1
        kind: BundleManifest
        metadata: {name: \(name)}
        spec:
          version: \(version)
          expires: \(now + .seconds(30 * 86_400))
          approvers:
            - name: team-security
              keys:
                - |
        \(indented(approver, by: 10))
        """
    }

    /// A `RoleTrust` by which one key alone signs policies.
    package static func roleTrust(_ name: String, policy key: String) -> String {
        """
        apiVersion: mc.internal/v1
        kind: RoleTrust
        metadata: {name: \(name)}
        spec:
          roles:
            - name: policy
              threshold: 1
              keys:
                - |
        \(indented(key, by: 10))
        """
    }

    private static func indented(_ pem: String, by count: Int) -> String {
        pem.split(separator: "\n").map { String(repeating: " ", count: count) + $0 }.joined(separator: "\n") + "\n"
    }
}
