internal import Core
internal import Policy

/// A deployer of a binding under one user mapping, with everything decided that does not depend on the request.
struct DeployerRule {
    /// The index of the mapping in ``RenderPlan/users``.
    let mapping: Int
    /// The subject, as an anchored RE2 expression.
    let subject: String
    /// The keys of the user's `extra`, each with what its one value must match.
    let claims: [(key: String, pattern: String)]

    /// The rules of a binding, for every mapping whose issuer is accepted and that brings the claims.
    ///
    /// - Throws: ``RenderError`` when a pattern has no RE2 of the same meaning.
    static func rules(of binding: Binding, _ plan: RenderPlan, field: String) throws(RenderError) -> [DeployerRule] {
        var rules: [DeployerRule] = []
        for (index, user) in plan.users.enumerated() {
            for deployer in binding.deployers where deployer.issuer.matches(user.issuer) {
                var claims: [(key: String, pattern: String)] = []
                for (name, matcher) in deployer.claims.sorted(by: { $0.key < $1.key }) {
                    guard let key = user.claims.first(where: { $0.key.isSame(as: name) })?.value else { break }
                    claims.append((key, try Pattern.regexp(matcher, field: field)))
                }
                // A claim that the mapping does not bring can never be there.
                guard claims.count == deployer.claims.count else { continue }
                rules.append(
                    DeployerRule(
                        mapping: index, subject: try Pattern.regexp(deployer.subject, field: field), claims: claims))
            }
        }
        return rules
    }
}
