import Attestation
import Testing

@Suite struct GitHubSubjectTests {
    @Test(arguments: [
        ("repo:org/app:ref:refs/heads/main", GitHubSubject.Context.ref("refs/heads/main")),
        ("repo:org/app:ref:refs/heads/a/b@c#1", .ref("refs/heads/a/b@c#1")),
        ("repo:org/app:environment:prod", .environment("prod")),
        ("repo:org/app:environment:eu%3Aprod", .environment("eu%3Aprod")),
        ("repo:org/app:pull_request", .pullRequest),
    ])
    func contextsAreTyped(text: String, context: GitHubSubject.Context) throws {
        let subject = try #require(GitHubSubject(text))
        #expect(subject.fullName == "org/app")
        #expect(subject.context == context)
        #expect(subject.ownerID == nil)
        #expect(subject.repositoryID == nil)
        #expect(subject.description == text)
    }

    @Test func theImmutableFormCarriesIdentifiers() throws {
        let text = "repo:org@123456/my.app_1@789:environment:prod"
        let subject = try #require(GitHubSubject(text))
        #expect(subject.owner == "org")
        #expect(subject.repository == "my.app_1")
        #expect(subject.ownerID == "123456")
        #expect(subject.repositoryID == "789")
        #expect(subject.context == .environment("prod"))
        #expect(subject.description == text)
    }

    @Test(arguments: [
        "", "repo:", "repo:org/app", "repo:org/app:", "repo:org:ref:refs/heads/main", "repo:org/app:ref:",
        "repo:org/app:ref:main", "repo:org/app:ref:refs/", "repo:org/app:environment:", "repo:org/app:environment",
        "repo:org/app:pull_request:1", "repo:org/app:pull_requests", "repo:org/app/x:pull_request",
        "repo:/app:pull_request", "repo:org/:pull_request", "Repo:org/app:pull_request",
        "repo:org/app:environment:prod:ref:refs/heads/main", "repo:org/app:ref:refs/heads/a b",
        "repo:org/app:pull_request\n", "repo:org@1/app:pull_request", "repo:org/app@1:pull_request",
        "repo:org@/app@:pull_request", "repo:org@01/app@2:pull_request", "repo:org@1/app@2@3:pull_request",
        "repo:org@x/app@1:pull_request", "repo:o\u{212A}g/app:pull_request", "repo:org*/app:pull_request",
        "repository_owner:org", "repo:org/app:job_workflow_ref:org/app/.github/workflows/a.yml@refs/heads/main",
        "repo:org@123456789012345678901/app@1:pull_request",
    ])
    func otherFormsAreRefused(text: String) {
        #expect(GitHubSubject(text) == nil)
    }

    @Test func lengthsAreCapped() {
        let name = String(repeating: "a", count: 100)
        #expect(GitHubSubject("repo:\(name)/\(name):pull_request") != nil)
        #expect(GitHubSubject("repo:\(name)a/\(name):pull_request") == nil)
        #expect(GitHubSubject("repo:org/app:environment:" + String(repeating: "e", count: 3000)) == nil)
    }
}
