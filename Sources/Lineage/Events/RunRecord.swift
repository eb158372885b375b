package import Core

/// A run of a pipeline as the host's event tells it. Nothing signs such an event, so everything in it is hearsay.
package struct RunRecord: Sendable, Hashable {
    /// The repository it ran for, such as `https://github.com/org/app`.
    package let repository: String
    /// The run's address with its attempt.
    package let url: String
    /// The commit that it ran on, in hexadecimal.
    package let commit: String?
    /// The workflow's file, such as `.github/workflows/release.yml`.
    package let workflow: String?
    /// What started it, such as `push` or `pull_request_target`.
    package let trigger: String?
    package let conclusion: String?
    package let startedAt: Instant?
    package let finishedAt: Instant?
    /// Reusable workflows that it called, as package URLs.
    package let actions: [String]
    /// Who ran its jobs: the group and name of each runner.
    package let runners: [String]

    static let maximumParts = Cap("actions or runners of a run", 1_000)

    /// Reads a GitHub event payload of `workflow_run` or `workflow_job` (GitHub, "Webhook events and payloads").
    ///
    /// - Throws: ``LineageError`` with the field that is missing, malformed or too large.
    package init(githubEvent text: [UInt8]) throws(LineageError) {
        do throws(JSONError) {
            let event = JSONCursor(try JSONValue(parsing: text, limits: PullRequestRecord.maximumEvent))
            let repository = try event.required("repository").required("html_url").string()
            if let run = try event.optional("workflow_run") {
                try self.init(run: run, repository: repository)
            } else {
                try self.init(job: try event.required("workflow_job"), repository: repository)
            }
        } catch {
            throw LineageError(error)
        }
    }

    private init(run: JSONCursor, repository: String) throws(JSONError) {
        self.repository = try Self.repository(repository, run)
        url = try Self.url(
            self.repository, run: run.required("id"), attempt: try run.optional("run_attempt")?.int64() ?? 1)
        commit = try Self.commit(run)
        workflow = try run.optional("path")?.string().excerpt(EvidenceRecord.longestText)
        trigger = try run.optional("event")?.string().excerpt(EvidenceRecord.longestText)
        conclusion = try run.optional("conclusion")?.string().excerpt(100)
        startedAt = try run.optional("run_started_at")?.instant()
        // A run that goes on is updated as well.
        finishedAt = try conclusion == nil ? nil : run.optional("updated_at")?.instant()
        var actions: [String] = []
        for called in try run.optional("referenced_workflows")?.elements(Self.maximumParts) ?? [] {
            if let action = Self.action(
                path: try called.required("path").string(), commit: try called.optional("sha")?.string())
            {
                actions.append(action)
            }
        }
        self.actions = actions
        runners = []
    }

    private init(job: JSONCursor, repository: String) throws(JSONError) {
        self.repository = try Self.repository(repository, job)
        url = try Self.url(
            self.repository, run: job.required("run_id"), attempt: try job.optional("run_attempt")?.int64() ?? 1)
        commit = try Self.commit(job)
        (workflow, trigger, conclusion, startedAt, finishedAt, actions) = (nil, nil, nil, nil, nil, [])
        let group = try job.optional("runner_group_name")?.string() ?? ""
        let name = try job.optional("runner_name")?.string() ?? ""
        runners = name.isEmpty ? [] : ["\(group)/\(name)".excerpt(EvidenceRecord.longestText)]
    }

    private static func repository(_ text: String, _ cursor: JSONCursor) throws(JSONError) -> String {
        guard let address = WebAddress(text), address.path.count >= 2 else {
            throw cursor.error("expected a repository such as https://github.com/org/app beside it")
        }
        return address.repository
    }

    private static func url(_ repository: String, run: JSONCursor, attempt: Int64) throws(JSONError) -> String {
        let number = try run.int64()
        guard number > 0, attempt > 0 else { throw run.error("expected a run's number from 1 on, saw \(number)") }
        return "\(repository)/actions/runs/\(number)/attempts/\(attempt)"
    }

    private static func commit(_ cursor: JSONCursor) throws(JSONError) -> String? {
        guard let head = try cursor.optional("head_sha") else { return nil }
        let text = try head.string()
        guard GitCommit.isOne(text) else {
            throw head.error("expected a commit of 40 or 64 lowercase hexadecimal digits")
        }
        return text
    }

    /// `org/app/.github/workflows/x.yml@ref` as a package URL, by its commit where that is known.
    private static func action(path: String, commit: String?) -> String? {
        let parts = path.split(separator: "@", maxSplits: 1).map(String.init)
        let names = parts.first?.split(separator: "/").map(String.init) ?? []
        guard names.count > 2, let revision = commit ?? parts.dropFirst().first else { return nil }
        let text = "pkg:githubactions/\(names[0])/\(names[1])@\(revision)#\(names.dropFirst(2).joined(separator: "/"))"
        return text.excerpt(EvidenceRecord.longestText)
    }

    /// The record as stores keep it.
    package var json: JSONValue {
        var object = JSONObject()
        object.put("repository", repository)
        object.put("url", url)
        object.put("commit", commit)
        object.put("workflow", workflow)
        object.put("trigger", trigger)
        object.put("conclusion", conclusion)
        object.put("startedAt", startedAt?.description)
        object.put("finishedAt", finishedAt?.description)
        object["actions"] = .array(actions.map { .text($0) })
        object["runners"] = .array(runners.map { .text($0) })
        return .object(object)
    }

    /// The SHA-256 of the record, by which edges cite it.
    package var digest: Digest { Digest.of(json.canonical) }
}
