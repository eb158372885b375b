import Core
import Testing

@testable import Policy

/// Which files a bundle may consist of.
@Suite("Bundle source") struct BundleSourceTests {
    private static func refusal(_ files: [(path: String, bytes: [UInt8])]) -> BundleError? {
        do {
            _ = try BundleSource(files)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        "../bundle.yaml", "policies/../../etc/passwd.yaml", "/etc/policy.yaml", "policies\\a.yaml", "./a.yaml",
        "policies//a.yaml", "policies/", "", ".yaml", "policies/.hidden.yaml", "a\u{0}.yaml", "a\n.yaml", "é.yaml",
        "e\u{301}.yaml", "a b.yaml", "a.yml", "README.md", "bundle.yaml ", "a.YAML", "C:a.yaml", "-a.yaml", "~/a.yaml",
        String(repeating: "a", count: 200) + ".yaml",
    ])
    func pathThatCouldMeanSomethingElseIsRefused(path: String) {
        let error = Self.refusal([(path, [])])
        #expect(error?.code == .path || error?.code == .tooLarge)
        #expect(error?.file == path)
        #expect(error?.description.contains("\n") == false && error?.description.contains("\0") == false)
    }

    @Test(arguments: ["bundle.yaml", "policies/a-b_c.1.yaml", "trusted_root.json", "a/b/c/d.yaml", "A.yaml"])
    func plainPathIsTaken(path: String) { #expect(Self.refusal([(path, [])]) == nil) }

    @Test func samePathTwiceAndPathsThatDifferInCaseAreRefused() {
        #expect(Self.refusal([("a.yaml", [1]), ("a.yaml", [2])])?.code == .path)
        #expect(Self.refusal([("a.yaml", [1]), ("A.yaml", [1])])?.code == .path)
        #expect(Self.refusal([("a.yaml", [1]), ("b.yaml", [1])]) == nil)
    }

    @Test func capsNameThemselves() {
        let many = (0...BundleSource.maximumFiles.limit).map { (path: "f\($0).yaml", bytes: [UInt8]()) }
        #expect(Self.refusal(many)?.message.contains(BundleSource.maximumFiles.name) == true)
        #expect(Self.refusal(Array(many.dropLast())) == nil)
        let large = [UInt8](repeating: 0x20, count: BundleSource.maximumFileSize.limit + 1)
        #expect(Self.refusal([("a.yaml", large)])?.message.contains(BundleSource.maximumFileSize.name) == true)
        let nine = (0..<9).map { (path: "f\($0).yaml", bytes: Array(large.dropLast())) }
        #expect(Self.refusal(nine)?.message.contains(BundleSource.maximumSize.name) == true)
    }
}
