import Testing

@testable import OCI

@Suite("HTTP fields")
struct HeaderTests {
    @Test(arguments: [
        (
            #"Bearer realm="https://auth.test/token",service="registry.docker.io",scope="repository:a/b:pull,push""#,
            [
                AuthChallenge(
                    scheme: "bearer",
                    parameters: [
                        "realm": "https://auth.test/token", "service": "registry.docker.io",
                        "scope": "repository:a/b:pull,push",
                    ])
            ]
        ),
        (
            #"Basic realm="a \"quoted\" one""#,
            [AuthChallenge(scheme: "basic", parameters: ["realm": #"a "quoted" one"#])]
        ),
        (
            #"Basic realm=x, Bearer realm="y" , service=z"#,
            [
                AuthChallenge(scheme: "basic", parameters: ["realm": "x"]),
                AuthChallenge(scheme: "bearer", parameters: ["realm": "y", "service": "z"]),
            ]
        ),
        (
            #"Negotiate, NTLM YWJj==, Basic REALM = "r""#,
            [
                AuthChallenge(scheme: "negotiate", parameters: [:]), AuthChallenge(scheme: "ntlm", parameters: [:]),
                AuthChallenge(scheme: "basic", parameters: ["realm": "r"]),
            ]
        ),
        ("", []),
    ])
    func challengesAreRead(field: String, challenges: [AuthChallenge]) {
        #expect(AuthChallenge.parse([field]) == challenges)
    }

    @Test(arguments: [
        #"Bearer realm="never closed"#, #"Bearer realm="x" realm="y""#, #"Bearer realm="x",realm="y""#, "\"quoted\"",
        "Bearer realm=\"x\" junk", "Bearer realm=\"ä\"", "Bearer realm=\"\u{7}\"",
        String(repeating: "Basic a=b, ", count: 1000), String(repeating: "A, ", count: 40),
    ])
    func malformedChallengesAreRefused(field: String) {
        #expect(AuthChallenge.parse([field]) == nil)
    }

    @Test(arguments: [
        ([], LinkHeader.none), (["</v2/x?n=1>; rel=\"next\""], .next("/v2/x?n=1")), (["</a>; rel=next"], .next("/a")),
        (["</p>; rel=\"prev\", </n>; title=\"a, b\"; rel=\"next last\""], .next("/n")),
        (["</p>; rel=\"prev\"", "</n>;rel=NEXT"], .next("/n")), (["</p>; rel=\"prev\""], .none),
        (["</a; rel=next"], .malformed), (["/a; rel=next"], .malformed), (["</a>; rel=\"next"], .malformed),
        (["</a> rel=next"], .malformed), (["<" + String(repeating: "a", count: 9000) + ">; rel=next"], .malformed),
    ])
    func linksAreRead(fields: [String], expected: LinkHeader) {
        #expect(LinkHeader(fields) == expected)
    }
}
