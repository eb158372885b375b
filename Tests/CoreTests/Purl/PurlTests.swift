import Core
import TestSupport
import Testing

/// Examples of the specification and its test suite (ECMA-427 and the type definitions).
@Suite struct PurlTests {
    @Test(
        arguments: [
            // General rules.
            ("pkg:npm/foobar@12.3.1", "pkg:npm/foobar@12.3.1"),
            ("pkg:/maven/org.apache.commons/io", "pkg:maven/org.apache.commons/io"),
            ("pkg://maven/org.apache.commons/io", "pkg:maven/org.apache.commons/io"),
            ("pkg:///maven/org.apache.commons/io", "pkg:maven/org.apache.commons/io"),
            ("PKG:NPM/foobar", "pkg:npm/foobar"),
            ("pkg:maven//org.apache.commons//io//", "pkg:maven/org.apache.commons/io"),
            ("pkg:generic/openssl@", "pkg:generic/openssl"),
            ("pkg:generic/openssl@1.1.10g?&&", "pkg:generic/openssl@1.1.10g"),
            ("pkg:generic/openssl?b=&FOO&a=1", "pkg:generic/openssl?a=1"),
            ("pkg:generic/a%20b@1 2+3", "pkg:generic/a%20b@1%202%2B3"),
            ("pkg:generic/%61%2Eb", "pkg:generic/a.b"),
            ("pkg:generic/é@ü", "pkg:generic/%C3%A9@%C3%BC"),
            (
                "pkg:generic/openssl@1.1.10g?checksum=sha1:ad95,sha256:41bf",
                "pkg:generic/openssl@1.1.10g?checksum=sha1:ad95%2Csha256:41bf"
            ),
            (
                "pkg:Maven/org.apache.xmlgraphics/batik-anim@1.9.1?type=pom&repositorY_url=repo.spring.io/release",
                "pkg:maven/org.apache.xmlgraphics/batik-anim@1.9.1?repository_url=repo.spring.io/release&type=pom"
            ),
            (
                "pkg:GOLANG/google.golang.org/genproto@abcdedf#/googleapis/api/annotations/",
                "pkg:golang/google.golang.org/genproto@abcdedf#googleapis/api/annotations"
            ),
            ("pkg:npm/a#x/./../%2E%2E//y", "pkg:npm/a#x/y"),
            ("pkg:npm/foo@1.0.0#src/%F0%9F%98%83/file.js", "pkg:npm/foo@1.0.0#src/%F0%9F%98%83/file.js"),
            (
                "pkg:npm/mypackage@12.4.5?vcs_url=git://host.com/path/to/repo.git%404345abcd34343",
                "pkg:npm/mypackage@12.4.5?vcs_url=git://host.com/path/to/repo.git%404345abcd34343"
            ),
            // The rules of types.
            ("pkg:npm/%40angular/animation@12.3.1", "pkg:npm/%40angular/animation@12.3.1"),
            ("pkg:npm/@babel/core#/googleapis/api/annotations/", "pkg:npm/%40babel/core#googleapis/api/annotations"),
            ("pkg:npm/@angular/animation@12.3.1", "pkg:npm/%40angular/animation@12.3.1"),
            ("pkg:npm/%40MyScope/MyPackage@1.0.0", "pkg:npm/%40myscope/mypackage@1.0.0"),
            ("pkg:pypi/My.PyPI_.--._Package@1.11.1.dev1", "pkg:pypi/my-pypi-package@1.11.1.dev1"),
            (
                "pkg:pypi/Django@1.11.1?filename=Django-1.11.1.tar.gz",
                "pkg:pypi/django@1.11.1?filename=Django-1.11.1.tar.gz"
            ),
            (
                "pkg:github/Package-url/purl-Spec@244fd47e07d1004#everybody/loves/dogs",
                "pkg:github/package-url/purl-spec@244fd47e07d1004#everybody/loves/dogs"
            ),
            ("pkg:bitbucket/birKenfeld/pyGments-main@244F", "pkg:bitbucket/birkenfeld/pygments-main@244F"),
            (
                "pkg:githubactions/MyOrg/Actions-Repo%2FMyAction@main",
                "pkg:githubactions/myorg/actions-repo%2FMyAction@main"
            ),
            ("pkg:golang/GitHub.com/Gorilla/context@v1", "pkg:golang/github.com/gorilla/context@v1"),
            ("pkg:deb/Debian/Attr@1:2.4.47-2%2Bb1?arch=amd64", "pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64"),
            (
                "pkg:rpm/Fedora/Curl@7.50.3-1.fc25?distro=fedora-25&arch=i386",
                "pkg:rpm/fedora/Curl@7.50.3-1.fc25?arch=i386&distro=fedora-25"
            ),
            ("pkg:apk/Alpine/Curl@7.83.0-r0?arch=x86", "pkg:apk/alpine/curl@7.83.0-r0?arch=x86"),
            ("pkg:composer/Laravel/Laravel@5.5.0", "pkg:composer/laravel/laravel@5.5.0"),
            ("pkg:nuget/EnterpriseLibrary.Common@6.0.1304", "pkg:nuget/EnterpriseLibrary.Common@6.0.1304"),
            ("pkg:cargo/Rand@0.7.2", "pkg:cargo/Rand@0.7.2"),
            (
                "pkg:docker/customer/dockerimage@sha256%3A244fd47e07d10?repository_url=gcr.io",
                "pkg:docker/customer/dockerimage@sha256:244fd47e07d10?repository_url=gcr.io"
            ),
            (
                "pkg:oci/Debian@sha256:244fd47e07d10?tag=latest&repository_url=docker.io/library/debian",
                "pkg:oci/debian@sha256:244fd47e07d10?repository_url=docker.io/library/debian&tag=latest"
            ),
            (
                "pkg:huggingface/microsoft/DeBERTa-v3@559062AD?repository_url=https://hub-ci.huggingface.co",
                "pkg:huggingface/microsoft/DeBERTa-v3@559062ad?repository_url=https://hub-ci.huggingface.co"
            ),
            (
                "pkg:mlflow/CreditFraud@3?repository_url=https://westus2.api.azureml.ms/mlflow/v1.0",
                "pkg:mlflow/CreditFraud@3?repository_url=https://westus2.api.azureml.ms/mlflow/v1.0"
            ),
            (
                "pkg:mlflow/TrafficSigns@10?repository_url=https://adb-5245952564735461.0.azuredatabricks.net/api",
                "pkg:mlflow/trafficsigns@10?repository_url=https://adb-5245952564735461.0.azuredatabricks.net/api"
            ),
            (
                "pkg:conan/openssl.org/openssl@3.0.3?user=bincrafters&channel=stable",
                "pkg:conan/openssl.org/openssl@3.0.3?channel=stable&user=bincrafters"
            ),
            ("pkg:conan/cctz@2.3?compiler=Visual%20Studio", "pkg:conan/cctz@2.3?compiler=Visual%20Studio"),
            ("pkg:cpan/URI::PackageURL@2.11", "pkg:cpan/URI::PackageURL@2.11"),
            ("pkg:cpan/drolsky/DateTime@1.55", "pkg:cpan/DROLSKY/DateTime@1.55"),
            ("pkg:swift/github.com/Alamofire/Alamofire@5.4.3", "pkg:swift/github.com/Alamofire/Alamofire@5.4.3"),
            ("pkg:cocoapods/GoogleUtilities@7.5.2#NSData+zlib", "pkg:cocoapods/GoogleUtilities@7.5.2#NSData%2Bzlib"),
            ("pkg:hex/Phoenix_html@2.13.3", "pkg:hex/phoenix_html@2.13.3"),
            ("pkg:luarocks/Hisham/LuaFileSystem@1.8.0-1", "pkg:luarocks/hisham/luafilesystem@1.8.0-1"),
            ("pkg:golang/stdlib@1.20", "pkg:golang/stdlib@1.20"),
        ] as [(String, String)])
    func canonicalForms(text: String, canonical: String) throws {
        let purl = try Purl(text)
        #expect(purl.description == canonical)
        #expect(try Purl(canonical) == purl)
    }

    @Test(
        arguments: [
            ("EnterpriseLibrary.Common@6.0.1304", .scheme, .scheme), ("", .scheme, .scheme),
            ("pkg%3Amaven/org.apache.commons/io", .scheme, .scheme),
            ("pkg:EnterpriseLibrary.Common@6.0.1304", .missing, .name),
            ("pkg:n&g?inx/nginx@0.8.9", .malformed, .qualifiers),
            ("pkg:3nginx/nginx@0.8.9", .malformed, .type), ("pkg:nginx:a/nginx@0.8.9", .malformed, .type),
            ("pkg:n%70m/a", .malformed, .type), ("pkg:", .missing, .name), ("pkg:npm", .missing, .name),
            ("pkg:npm/", .missing, .name), ("pkg:maven/@1.3.4", .missing, .name),
            ("pkg:swift/github.com/Alamofire/@5.4.3", .missing, .name),
            ("pkg:npm/myartifact@1.0.0?in%20production=true", .malformed, .qualifiers),
            ("pkg:npm/a?=1", .missing, .qualifiers), ("pkg:npm/a?1a=1", .malformed, .qualifiers),
            ("pkg:npm/a?arch=1&ARCH=2", .duplicate, .qualifiers), ("pkg:npm/a%2", .encoding, .name),
            ("pkg:npm/a%zz", .encoding, .name), ("pkg:npm/a@%FF", .encoding, .version),
            ("pkg:maven/org%2Fapache/io", .malformed, .namespace), ("pkg:npm/a#b%2Fc", .malformed, .subpath),
            ("pkg:swift/Alamofire@5.4.3", .typeRule, .namespace), ("pkg:cpan/Perl-Version@1.013", .typeRule, .name),
            ("pkg:cpan/GDT/URI::PackageURL@2.11", .typeRule, .name), ("pkg:julia/Dates@1.9.0", .typeRule, .qualifiers),
            ("pkg:npm/" + String(repeating: "a", count: 8_192), .tooLong, .scheme),
            ("pkg:npm/a?" + (0...128).map { "k\($0)=1" }.joined(separator: "&"), .tooLong, .qualifiers),
        ] as [(String, PurlError.Code, PurlError.Part)])
    func refusals(text: String, code: PurlError.Code, part: PurlError.Part) {
        #expect {
            try Purl(text)
        } throws: { error in
            (error as? PurlError)?.code == code && (error as? PurlError)?.part == part
        }
    }

    @Test func theParts() throws {
        let purl = try Purl("pkg:Deb/Debian/x/curl@7.50.3-1?distro=jessie&arch=i386#a/b")
        #expect(purl.type == "deb")
        #expect(purl.namespace == "debian/x")
        #expect(purl.name == "curl")
        #expect(purl.version == "7.50.3-1")
        #expect(purl.qualifiers.map(\.key) == ["arch", "distro"])
        #expect(purl[qualifier: "distro"] == "jessie")
        #expect(purl[qualifier: "tag"] == nil)
        #expect(purl.subpath == "a/b")
        let bare = try Purl("pkg:npm/a")
        #expect(bare.namespace == nil && bare.version == nil && bare.qualifiers.isEmpty && bare.subpath == nil)
    }

    @Test(
        arguments: [
            ("pkg:npm/%40angular/core@1.0.0", "pkg:npm/%40angular/core"), ("pkg:npm/core?a=b", "pkg:npm/core"),
            ("pkg:npm/core#x", "pkg:npm/core"), ("pkg:npm/core", "pkg:npm/core"),
            ("pkg:deb/debian/curl@7?arch=i386#x", "pkg:deb/debian/curl"), ("pkg:npm/a%3Fb@1", "pkg:npm/a%3Fb"),
        ] as [(String, String)])
    func aPackagesNameHasNoVersion(text: String, name: String) throws {
        let purl = try Purl(text).withoutVersion
        #expect(purl.description == name)
        #expect(try Purl(name) == purl)
        #expect(purl.version == nil && purl.qualifiers.isEmpty && purl.subpath == nil)
    }

    /// What is canonical stays as it is, whatever it was made of.
    @Test func canonicalIsAFixedPoint() throws {
        var generator = SeededGenerator(seed: 427)
        let alphabet = Array("aZ9.-_~%2Ff/@?=&#: +é\u{130}\u{3A3}".unicodeScalars)
        let types = ["npm", "pypi", "github", "generic", "cpan", "luarocks", "githubactions", "mlflow", "pub", "deb"]
        var parsed = 0
        for _ in 0..<20_000 {
            let type = types[generator.below(types.count)]
            let text = "pkg:\(type)/" + generator.text(of: alphabet, upTo: 24)
            guard let purl = try? Purl(text) else { continue }
            parsed += 1
            let again = try Purl(purl.description)
            #expect(again == purl && again.version == purl.version && again.namespace == purl.namespace, "\(text)")
            #expect(again.name.utf8.elementsEqual(purl.name.utf8) && again.qualifiers == purl.qualifiers, "\(text)")
            #expect(purl.description.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        }
        #expect(parsed > 2_000)
    }
}
