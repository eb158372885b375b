package import Core
package import YAML

/// Whose signatures make a bundle (`kind: RoleTrust`); given by the operator, never part of a bundle.
///
/// ```yaml
/// apiVersion: mc.internal/v1
/// kind: RoleTrust
/// metadata: {name: payments-clusters}
/// spec:
///   bundle: payments            # only bundles of this name; any when absent
///   roles:
///     - {name: policy, keys: [PEM, …], threshold: 2}
///     - {name: environments, keys: [PEM, …], kinds: [EnvironmentMap]}
/// ```
package struct RoleTrust: Sendable, Hashable {
    /// `spec.roles[]`
    package struct Role: Sendable, Hashable {
        package var name: String
        package var keys: [PublicKey]
        /// `threshold`: how many of the keys must sign; 1 when absent.
        package var threshold: Int
        /// `kinds`: a bundle that has a document of one of these must be signed by this role as well.
        package var kinds: [String]

        package init(name: String, keys: [PublicKey], threshold: Int = 1, kinds: [String] = []) {
            self.name = name
            self.keys = keys
            self.threshold = threshold
            self.kinds = kinds
        }
    }

    /// `metadata.name`
    package let name: String
    /// `spec.bundle`: the bundle's `metadata.name`.
    package let bundle: String?
    package let roles: [Role]

    /// Signs every manifest.
    package static let policy = "policy"
    /// Signs rollbacks; `policy` does where there is no such role.
    package static let rollback = "rollback"
    /// Signs revocation lists, beside the approvers.
    package static let revocations = "revocations"

    package static let kinds = ["DeployPolicy", "EnvironmentMap", "ClusterIdentity", "TrustRoot", "BundleManifest"]

    private static let maximumRoles = Cap("roles", 32)
    private static let maximumKeys = Cap("keys of a role", 64)

    /// Makes a trust of roles; `nil` when there is no role `policy`, or a role without keys or with a threshold that
    /// its keys cannot reach.
    package init?(name: String, bundle: String? = nil, roles: [Role]) {
        guard roles.contains(where: { $0.name.isSame(as: Self.policy) }),
            roles.allSatisfy({ (1...max($0.keys.count, 1)).contains($0.threshold) && !$0.keys.isEmpty })
        else { return nil }
        self.name = name
        self.bundle = bundle
        self.roles = roles
    }

    /// Reads the document.
    ///
    /// - Throws: ``YAMLError`` with the place.
    package init(parsing bytes: [UInt8], file: String) throws(YAMLError) {
        try self.init(YAMLReader.document(bytes, file: file))
    }

    /// Reads the document at its root.
    ///
    /// - Throws: ``YAMLError`` with the place.
    package init(_ cursor: YAMLCursor) throws(YAMLError) {
        let header = try DocumentHeader(cursor, kind: "RoleTrust")
        name = header.name
        let spec = header.spec
        try spec.allow(only: ["bundle", "roles"])
        bundle = try spec.optional("bundle")?.text()
        let list = try spec.required("roles")
        var roles: [Role] = []
        for element in try list.elements(Self.maximumRoles) {
            let role = try Self.role(element)
            guard !roles.contains(where: { $0.name.isSame(as: role.name) }) else {
                throw try element.required("name").error("a role of this name stands above; join their keys")
            }
            roles.append(role)
        }
        guard roles.contains(where: { $0.name.isSame(as: Self.policy) }) else {
            throw list.error("expected a role \(Self.policy), which signs every bundle; saw none")
        }
        self.roles = roles
    }

    private static func role(_ cursor: YAMLCursor) throws(YAMLError) -> Role {
        try cursor.allow(only: ["name", "keys", "threshold", "kinds"])
        let name = try cursor.required("name").text()
        let list = try cursor.required("keys")
        var keys: [PublicKey] = []
        for element in try list.elements(maximumKeys) {
            let key = try publicKey(element)
            guard !keys.contains(where: { KeyMaterial($0) == KeyMaterial(key) }) else {
                throw element.error("this key stands above; a key counts once, however often it is listed")
            }
            keys.append(key)
        }
        guard !keys.isEmpty else { throw list.error("expected at least one public key") }
        let threshold = try cursor.optional("threshold")
        let count = try threshold?.integer() ?? 1
        guard (1...Int64(keys.count)).contains(count) else {
            throw (threshold ?? cursor).error("expected 1 to \(keys.count), as many as there are keys; saw \(count)")
        }
        let kinds = try cursor.optional("kinds")
        var names: [String] = []
        for element in try kinds?.elements(Cap("kinds", Self.kinds.count)) ?? [] {
            let kind = try element.text()
            guard Self.kinds.contains(where: { $0.isSame(as: kind) }) else {
                throw element.error("unknown kind; known are \(Self.kinds.joined(separator: ", "))")
            }
            names.append(kind)
        }
        switch name {
        case policy, rollback, revocations:
            if let kinds { throw kinds.error("the role \(name) has no kinds; put them in a role of their own") }
        default:
            guard !names.isEmpty else {
                throw (kinds ?? cursor).error(
                    "the role would never have to sign; expected kinds, or one of the names "
                        + "\(policy), \(rollback), \(revocations)")
            }
        }
        return Role(name: name, keys: keys, threshold: Int(count), kinds: names)
    }

    private static func publicKey(_ cursor: YAMLCursor) throws(YAMLError) -> PublicKey {
        let text = try cursor.text()
        do {
            return try PublicKey(pem: text)
        } catch {
            throw cursor.error("\(error)")
        }
    }

    /// The role of that name.
    package func role(_ name: String) -> Role? { roles.first { $0.name.isSame(as: name) } }

    /// The role that signs every bundle.
    package var policyRole: Role {
        // There always is one; without keys nothing would be signed.
        role(Self.policy) ?? Role(name: Self.policy, keys: [])
    }

    /// The role that signs rollbacks.
    package var rollbackRole: Role { role(Self.rollback) ?? policyRole }
}
