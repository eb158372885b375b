import Attestation
import Testing

@Suite struct GitLocationTests {
    @Test(
        arguments: [
            ("git+https://github.com/org/app@refs/heads/main", "https://github.com/org/app", "refs/heads/main"),
            ("git+https://github.com/org/app", "https://github.com/org/app", nil),
            ("git+https://github.com/org/app.git@v1", "https://github.com/org/app.git", "v1"),
            ("git+ssh://git@github.com/org/app@refs/tags/v1", "ssh://git@github.com/org/app", "refs/tags/v1"),
            ("git+https://host/app@refs/tags/@scope/cli@1.0", "https://host/app", "refs/tags/@scope/cli@1.0"),
            ("git+https://host/app@refs/heads/fix#12", "https://host/app", "refs/heads/fix#12"),
            ("git+https://gitlab.com/org/app@@refs/heads/main", "https://gitlab.com/org/app", "refs/heads/main"),
            ("git+https://gitlab.com/org/app@@main", "https://gitlab.com/org/app", "@main"),
            ("git+https://host/app#sub/folder", "https://host/app", nil),
            ("https://github.com/org/app.git#refs/heads/main", "https://github.com/org/app.git", "refs/heads/main"),
            ("https://github.com/org/app.git#main:folder", "https://github.com/org/app.git", "main"),
            ("https://github.com/org/app.git#:folder", "https://github.com/org/app.git", nil),
            ("https://github.com/org/app", "https://github.com/org/app", nil),
            ("https://host/a@b", "https://host/a@b", nil),
            ("git+https://github.com@evil.example/org/app@main", "https://github.com@evil.example/org/app", "main"),
        ] as [(String, String, String?)])
    func urisAreSplitIntoRepositoryAndRef(uri: String, repository: String, ref: String?) {
        #expect(GitLocation(uri: uri) == GitLocation(repository: repository, ref: ref))
    }

    @Test(arguments: [
        "", "git+", "git+https://", "git+https:///org/app", "git+https://host", "git+https://host/",
        "git+https://host/@main",
        "git+https://host/app@", "https://host/app#", "pkg:docker/alpine@3", "git@github.com:org/app",
        "github.com/org/app",
        "git+file:///etc", "gcr.io/builders/docker@sha256:00", "git+https://host/a b", "git+https://host/a\n@main",
        "GIT+https://host/app@main", "git+git+https://host/app@main",
    ])
    func otherTextsAreNoGitLocations(uri: String) {
        #expect(GitLocation(uri: uri) == nil)
    }
}
