package import Core

/// A pull request as the host's event tells it. Nothing signs such an event, so everything in it is hearsay.
package struct PullRequestRecord: Sendable, Hashable {
    /// The repository it was merged into, such as `https://github.com/org/app`.
    package let repository: String
    package let number: Int64
    package let url: String?
    package let title: String
    package let author: String?
    /// The last commit of the branch, in hexadecimal.
    package let head: String?
    /// The commit that the merge made; `nil` while it is not merged.
    package let merge: String?
    package let mergedAt: Instant?

    static let maximumEvent = JSONLimits(bytes: 26 << 20)

    /// Makes a record.
    ///
    /// - Throws: ``LineageError`` when the repository is no web address, or a commit is none.
    package init(
        repository: String, number: Int64, url: String? = nil, title: String, author: String? = nil,
        head: String? = nil, merge: String? = nil, mergedAt: Instant? = nil
    ) throws(LineageError) {
        guard let address = WebAddress(repository), address.path.count >= 2 else {
            throw LineageError(
                .malformed,
                "expected a repository such as https://github.com/org/app, saw \"\(repository.prefix(200))\"",
                at: "repository")
        }
        guard number > 0 else {
            throw LineageError(.malformed, "expected a number from 1 on, saw \(number)", at: "number")
        }
        for (field, commit) in [("head", head), ("merge", merge)] {
            guard let commit, !GitCommit.isOne(commit) else { continue }
            throw LineageError(
                .malformed,
                "expected a commit of 40 or 64 lowercase hexadecimal digits, saw \"\(commit.prefix(80))\"", at: field)
        }
        self.repository = address.repository
        self.number = number
        self.url = url?.excerpt(EvidenceRecord.longestText)
        self.title = title.excerpt(EvidenceRecord.longestText)
        self.author = author?.excerpt(EvidenceRecord.longestText)
        self.head = head
        self.merge = merge
        self.mergedAt = mergedAt
    }

    /// Reads a GitHub event payload of `pull_request` (GitHub, "Webhook events and payloads").
    ///
    /// An open pull request has a `merge_commit_sha` as well: that of a merge GitHub tried. It never reaches a branch,
    /// so only a merged one's counts.
    ///
    /// - Throws: ``LineageError`` with the field that is missing, malformed or too large.
    package init(githubEvent text: [UInt8]) throws(LineageError) {
        let event: JSONCursor
        let request: JSONCursor
        let repository: String
        let head: String
        var merge: String?
        var mergedAt: Instant?
        let fields: (number: Int64, url: String?, title: String, author: String?)
        do throws(JSONError) {
            event = JSONCursor(try JSONValue(parsing: text, limits: Self.maximumEvent))
            request = try event.required("pull_request")
            repository = try event.required("repository").required("html_url").string()
            head = try request.required("head").required("sha").string()
            if try request.optional("merged")?.bool() == true {
                merge = try request.optional("merge_commit_sha")?.string()
                mergedAt = try request.optional("merged_at")?.instant()
            }
            fields = (
                try request.required("number").int64(), try request.optional("html_url")?.string(),
                try request.required("title").string(), try request.optional("user")?.optional("login")?.string()
            )
        } catch {
            throw LineageError(error)
        }
        try self.init(
            repository: repository, number: fields.number, url: fields.url, title: fields.title,
            author: fields.author, head: head, merge: merge, mergedAt: mergedAt)
    }

    /// The record as stores keep it.
    package var json: JSONValue {
        var object = JSONObject()
        object.put("repository", repository)
        object["number"] = .integer(number)
        object.put("url", url)
        object.put("title", title)
        object.put("author", author)
        object.put("head", head)
        object.put("merge", merge)
        object.put("mergedAt", mergedAt?.description)
        return .object(object)
    }

    /// Reads what ``json`` wrote.
    init(json: JSONValue) throws(LineageError) {
        let cursor = JSONCursor(json)
        let fields: (String, Int64, String?, String, String?, String?, String?, Instant?)
        do throws(JSONError) {
            fields = (
                try cursor.required("repository").string(), try cursor.required("number").int64(),
                try cursor.optional("url")?.string(), try cursor.required("title").string(),
                try cursor.optional("author")?.string(), try cursor.optional("head")?.string(),
                try cursor.optional("merge")?.string(), try cursor.optional("mergedAt")?.instant()
            )
        } catch {
            throw LineageError(error)
        }
        try self.init(
            repository: fields.0, number: fields.1, url: fields.2, title: fields.3, author: fields.4, head: fields.5,
            merge: fields.6, mergedAt: fields.7)
    }

    /// The SHA-256 of the record, by which edges cite it.
    package var digest: Digest { Digest.of(json.canonical) }
}
