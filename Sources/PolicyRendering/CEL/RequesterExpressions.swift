internal import Core
internal import Policy

/// Who asks, in CEL: the mapping of the API server's user that decides, and the subject it names.
struct RequesterExpressions {
    typealias Variable = WorkloadExpressions.Variable

    let plan: RenderPlan

    init(_ plan: RenderPlan) { self.plan = plan }

    /// A GitHub subject with immutable ids, `repo:org@1/app@2:…`.
    private static let name = "[A-Za-z0-9._-]{1,100}"
    private static let id = "(?:0|[1-9][0-9]{0,19})"
    static let subjectWithIDs =
        "^repo:\(name)@\(id)/\(name)@\(id):(?:pull_request|environment:[^: ]+|ref:refs/[^: ]+)$"

    var variables: [Variable] {
        let subject = plan.users.indices.map { index in
            "variables.mapping == \(index) ? "
                + "request.userInfo.username.substring(\(plan.users[index].usernamePrefix.unicodeScalars.count)) : "
        }
        let withIDs = "variables.subject.matches(\(CELText.quote(Self.subjectWithIDs)))"
        return [
            Variable(name: "mapping", expression: mapping),
            Variable(name: "subject", expression: subject.joined() + "''"),
            Variable(
                name: "subjectRepositoryId",
                expression: "\(withIDs) ? variables.subject.split(':')[1].split('@')[2] : ''"),
            Variable(
                name: "plainSubject",
                expression: """
                    \(withIDs) ?
                      'repo:' + variables.subject.split(':')[1].split('@')[0]
                      + variables.subject.split(':')[1].split('@')[1].find('/.*$')
                      + variables.subject.substring(size('repo:' + variables.subject.split(':')[1])) :
                      variables.subject
                    """),
            Variable(name: "controlled", expression: controlled),
        ]
    }

    /// The index of the mapping that decides, or -1: the longest prefix, of its mappings the one with most groups, and
    /// none when several differ.
    private var mapping: String {
        let lengths = Set(plan.users.map(\.usernamePrefix.utf8.count)).sorted(by: >)
        var cases: [String] = []
        for length in lengths where length > 0 {
            var prefixes: [String] = []
            for user in plan.users
            where user.usernamePrefix.utf8.count == length
                && !prefixes.contains(where: { $0.isSame(as: user.usernamePrefix) })
            {
                prefixes.append(user.usernamePrefix)
            }
            for prefix in prefixes {
                let indices = plan.users.indices.filter { plan.users[$0].usernamePrefix.isSame(as: prefix) }
                cases.append(
                    "request.userInfo.username.startsWith(\(CELText.quote(prefix))) ? (\(best(of: indices))) :\n  ")
            }
        }
        return cases.joined() + "-1"
    }

    private func best(of indices: [Int]) -> String {
        let counts = Set(indices.map { plan.users[$0].groups.count }).sorted(by: >)
        var text = ""
        for count in counts {
            let rivals = indices.filter { plan.users[$0].groups.count == count }
            let fits = rivals.map { index in
                CELText.all(
                    plan.users[index].groups.map { "\(CELText.quote($0)) in request.userInfo.groups" })
            }
            if rivals.count > 1 {
                text += fits.map { "(\($0) ? 1 : 0)" }.joined(separator: " + ") + " > 1 ? -1 : "
            }
            for (index, fit) in zip(rivals, fits) { text += "(\(fit)) ? \(index) : " }
        }
        return text + "-1"
    }

    /// Whether a workload controller asks for a child that claims an owner of the kind it makes such children for.
    private var controlled: String {
        let pairs = plan.controllers.map { controller in
            "request.userInfo.username == \(CELText.quote(controller.serviceAccount)) "
                + "&& request.kind.kind == \(CELText.quote(controller.creates)) "
                + "&& o.kind == \(CELText.quote(controller.owner))"
        }
        return "has(object.metadata) && has(object.metadata.ownerReferences) && "
            + "object.metadata.ownerReferences.exists(o, has(o.controller) && o.controller && (\(CELText.any(pairs))))"
    }

    /// Whether the requester may deploy under a binding.
    ///
    /// - Throws: ``RenderError`` when a pattern cannot be said.
    func deploys(_ binding: Binding, field: String) throws(RenderError) -> String {
        var ways: [String] = []
        let gitOps = plan.gitOps(for: binding.repository)
        if !gitOps.isEmpty { ways.append("request.userInfo.username in \(CELText.list(gitOps))") }
        for rule in try DeployerRule.rules(of: binding, plan, field: field) {
            let pattern = CELText.quote(rule.subject)
            var conditions = [
                "variables.mapping == \(rule.mapping)",
                "variables.subject.matches(\(pattern)) || variables.plainSubject.matches(\(pattern))",
            ]
            if let id = binding.repositoryID {
                conditions.append("variables.subjectRepositoryId in \(CELText.list(["", id]))")
            }
            for claim in rule.claims {
                let values = "request.userInfo.extra[\(CELText.quote(claim.key))]"
                conditions.append(
                    "has(request.userInfo.extra) && \(CELText.quote(claim.key)) in request.userInfo.extra "
                        + "&& size(\(values)) == 1 && \(values)[0].matches(\(CELText.quote(claim.pattern)))")
            }
            ways.append(CELText.all(conditions))
        }
        return CELText.any(ways)
    }
}
