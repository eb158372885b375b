import Core
import Foundation
import TestSupport
import Testing

/// `mc policy`, as an operator uses it.
@Suite("Policy") struct PolicyTests {
    @Test func bundleIsCheckedBuiltSignedAndVerified() async throws {
        let desk = try await PolicyDesk()
        let check = try await desk.mc("policy check source")
        #expect(check.status == 0, "\(check.all)")
        try await desk.release()
        let verify = try await desk.mc("policy bundle verify bundle --trust trust.yaml --state state.json")
        #expect(verify.status == 0 && verify.output.contains("28.1.0"), "\(verify.all)")
        let json = try await desk.mc("policy verify bundle --trust trust.yaml -o json")
        let value = try JSONValue(parsing: Array(json.output.utf8))
        #expect(value["verdict"] == "verified" && value["roles"] == ["policy"])
        let quiet = try await desk.mc("policy verify bundle --trust trust.yaml --quiet")
        #expect(quiet.status == 0 && quiet.all.isEmpty)
        let state = try String(contentsOfFile: "\(desk.path)/state.json", encoding: .utf8)
        #expect(state.contains("28.1.0"))
        // Nothing but the documents and what signs them.
        let files = try FileManager.default.contentsOfDirectory(atPath: "\(desk.path)/bundle").sorted()
        #expect(
            files == ["bundle.yaml", "bundle.yaml.dsse.json", "cluster.yaml", "environments.yaml", "payments.yaml"])
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let status: Int32
        let mentions: [String]
        /// A shell command in the desk's folder that spoils a released bundle.
        let attack: String
        var arguments = "policy verify bundle --trust trust.yaml"
    }

    @Test(arguments: [
        Row(testDescription: "untouched", status: 0, mentions: ["verified"], attack: "true"),
        Row(
            testDescription: "unsigned", status: 1, mentions: ["signatureMissing"],
            attack: "rm bundle/bundle.yaml.dsse.json"),
        Row(
            testDescription: "signed by somebody else", status: 1, mentions: ["signatureInvalid"],
            attack: "rm bundle/bundle.yaml.dsse.json && mc policy sign bundle --key mallory.pem"),
        Row(
            testDescription: "file changed", status: 1, mentions: ["fileChanged", "payments.yaml"],
            attack: "sed -i s/Enforce/Audit/ bundle/payments.yaml"),
        Row(
            testDescription: "file added", status: 1, mentions: ["fileUnlisted", "extra.yaml"],
            attack: "cp bundle/payments.yaml bundle/extra.yaml"),
        Row(
            testDescription: "file added below", status: 1, mentions: ["fileUnlisted", "more/extra.yaml"],
            attack: "mkdir bundle/more && cp bundle/payments.yaml bundle/more/extra.yaml"),
        Row(
            testDescription: "file removed", status: 1, mentions: ["filesMissing", "payments.yaml"],
            attack: "rm bundle/payments.yaml"),
        Row(
            testDescription: "manifest changed", status: 1, mentions: ["manifestChanged"],
            attack: "sed -i s/28.1.0/29.0.0/ bundle/bundle.yaml"),
        Row(
            testDescription: "expired", status: 1, mentions: ["expired", "2100"], attack: "true",
            arguments: "policy verify bundle --trust trust.yaml --at 2100-01-01T00:00:00Z"),
        Row(
            testDescription: "one second before it expires", status: 0, mentions: ["verified"], attack: "true",
            arguments: "policy verify bundle --trust trust.yaml --at 2099-12-31T23:59:59Z"),
        Row(
            testDescription: "link out of the folder", status: 2, mentions: ["link out of"],
            attack: "ln -s ../trust.yaml bundle/trust.yaml"),
        Row(
            testDescription: "link within the folder", status: 0, mentions: ["verified"],
            attack:
                "mkdir bundle/..data && mv bundle/payments.yaml bundle/..data/ && ln -s ..data/payments.yaml bundle/"
        ),
        Row(
            testDescription: "another ending", status: 2, mentions: ["x.yml", ".yaml or .json"],
            attack: "cp bundle/payments.yaml bundle/x.yml"),
        Row(
            testDescription: "no manifest", status: 2, mentions: ["bundle.yaml"], attack: "rm bundle/bundle.yaml"),
        Row(testDescription: "no folder", status: 2, mentions: ["no such folder"], attack: "rm -r bundle"),
        Row(
            testDescription: "trust that is none", status: 2, mentions: ["spec.rules", "unknown field"],
            attack: "sed -i s/roles:/rules:/ trust.yaml"),
        Row(
            testDescription: "tests are no part of it", status: 0, mentions: ["verified"],
            attack: "mkdir bundle/tests && echo 'a: 1' > bundle/tests/case.yaml"),
    ])
    func verification(_ row: Row) async throws {
        let desk = try await PolicyDesk()
        try await desk.release()
        let attack = try await Tool.shell(row.attack, in: desk.path)
        #expect(attack.status == 0, "\(attack.all)")
        let run = try await desk.mc(row.arguments)
        #expect(run.status == row.status, "\(run.all)")
        for text in row.mentions { #expect(run.all.contains(text), "\(run.all)") }
        #expect(run.error.isEmpty == (row.status != 2), "\(run.error)")
    }

    @Test func versionsOnlyGoUpUnlessARollbackSaysSo() async throws {
        let desk = try await PolicyDesk()
        try await desk.release(to: "old")
        try desk.writeBundle(version: "28.2.0")
        try await desk.release(to: "new")
        try desk.writeBundle(version: "28.2.0", mode: "Audit")
        try await desk.release(to: "other")
        let options = "--trust trust.yaml --state state.json"
        func status(_ folder: String, _ more: String = "") async throws -> Int32 {
            try await desk.mc("policy verify \(folder) \(options) \(more)").status
        }
        #expect(try await status("old") == 0)
        // A question about another time is not remembered.
        #expect(try await status("new", "--at 2090-01-01T00:00:00Z") == 0)
        #expect(try await status("old") == 0)
        #expect(try await status("new") == 0)
        let lower = try await desk.mc("policy verify old \(options)")
        #expect(lower.status == 1 && lower.output.contains("versionLower"), "\(lower.all)")
        let reused = try await desk.mc("policy verify other \(options)")
        #expect(reused.status == 1 && reused.output.contains("versionReused"), "\(reused.all)")
        let order = "policy bundle rollback old --from 28.2.0 --expires 2100-01-01T00:00:00Z --reason bad"
        for (attempt, mention) in [
            ("old --from 28.1.0 --expires 2100-01-01T00:00:00Z --reason bad", "lower"),
            ("old --from 28.2.0 --expires 2020-01-01T00:00:00Z --reason bad", "time to come"),
            ("source --from 28.3.0 --expires 2100-01-01T00:00:00Z --reason bad", "lists no files"),
        ] {
            let run = try await desk.mc("policy bundle rollback \(attempt) --key policy.pem")
            #expect(run.status == 1 && run.error.contains(mention), "\(run.all)")
        }
        #expect(!FileManager.default.fileExists(atPath: "\(desk.path)/old/rollback.dsse.json"))
        #expect(try await desk.mc("\(order) --key mallory.pem").status == 0)
        #expect(try await desk.mc("policy verify old \(options)").output.contains("rollbackInvalid"))
        #expect(try await desk.mc("\(order) --key policy.pem").status == 0)
        #expect(try await status("old") == 0)
        #expect(try await status("new") == 1)
    }

    @Test func checkTellsEverythingWithItsPlace() async throws {
        let desk = try await PolicyDesk()
        try desk.folder.write("source/a.yaml", "kind: [\n")
        try desk.folder.write("source/payments.yaml", PolicyDesk.document("DeployPolicy", "p", "  mood: Enforce\n"))
        let unread = try await desk.mc("policy check source")
        #expect(unread.status == 2, "\(unread.all)")
        for text in ["a.yaml:", "payments.yaml:", "mood"] { #expect(unread.output.contains(text), "\(unread.all)") }
        let json = try JSONValue(parsing: Array(try await desk.mc("policy check source -o json").output.utf8))
        #expect(json["verdict"] == "unevaluated" && json["errors"]?.array?.count == 2)

        let second = try await PolicyDesk()
        try second.folder.write(
            "source/more.yaml",
            PolicyDesk.document(
                "EnvironmentMap", "more",
                "  namespaces:\n    - {clusters: [prod-eu], names: [payments], environment: test}\n"))
        let contradiction = try await second.mc("policy check source")
        #expect(
            contradiction.status == 1 && contradiction.output.contains("environment-ambiguous"), "\(contradiction.all)")
        let expired = try await second.mc("policy check source --at 2100-01-01T00:00:00Z")
        #expect(expired.output.contains("expired"))
        #expect(try await second.mc("policy bundle build source -o out").status == 2)
        #expect(!FileManager.default.fileExists(atPath: "\(second.path)/out"))
    }

    @Test func whatCannotBeReadIsJSONAsWell() async throws {
        let desk = try await PolicyDesk()
        let run = try await desk.mc("policy check nowhere -o json")
        let json = try JSONValue(parsing: Array(run.output.utf8))
        #expect(run.status == 2 && json["verdict"] == "unevaluated" && json["error"]?.string != nil, "\(run.all)")
    }

    @Test(arguments: ["policy", "policy bundle", "waiver"])
    func helpOfACommandWithoutSubcommandCanBeFollowed(_ command: String) async throws {
        let desk = try await PolicyDesk()
        let run = try await desk.mc(command)
        #expect(run.status == 2 && run.error.hasPrefix("OVERVIEW: "), "\(run.all)")
        #expect(run.error.contains("USAGE: mc \(command) <subcommand>"), "\(run.all)")
        #expect(run.error.contains("mc help \(command) <subcommand>"), "\(run.all)")
    }

    @Test func buildNeverWritesIntoAFolderThatIsThere() async throws {
        let desk = try await PolicyDesk()
        try desk.folder.write("out/precious", "x")
        let run = try await desk.mc("policy bundle build source -o out")
        #expect(run.status == 2 && run.error.contains("remove it or choose another"), "\(run.all)")
        let files = try FileManager.default.contentsOfDirectory(atPath: desk.path)
        #expect(!files.contains { $0.hasSuffix(".tmp") }, "\(files)")
    }

    @Test func severalRolesSignOneAfterAnother() async throws {
        let desk = try await PolicyDesk()
        let key = try desk.pem("platform").split(separator: "\n").map { "          \($0)\n" }.joined()
        let trust = try String(contentsOfFile: "\(desk.path)/trust.yaml", encoding: .utf8)
        try desk.folder.write(
            "trust.yaml",
            trust + "    - name: platform\n      kinds: [EnvironmentMap]\n      keys:\n        - |\n\(key)")
        try await desk.release()
        let half = try await desk.mc("policy verify bundle --trust trust.yaml")
        #expect(half.status == 1 && half.output.contains("roleMissing"), "\(half.all)")
        #expect(try await desk.mc("policy bundle sign bundle --key platform.pem").status == 0)
        let whole = try await desk.mc("policy verify bundle --trust trust.yaml")
        #expect(whole.status == 0 && whole.output.contains("platform, policy"), "\(whole.all)")
    }

    @Test func diffTellsWhatIsLooser() async throws {
        let desk = try await PolicyDesk()
        try await desk.release()
        try desk.writeBundle(version: "28.2.0", mode: "Audit")
        let run = try await desk.mc("policy diff bundle source")
        #expect(run.status == 0, "\(run.all)")
        #expect(run.output.contains("looser    DeployPolicy payments spec.mode: Enforce → Audit"), "\(run.all)")
        let json = try JSONValue(parsing: Array(try await desk.mc("policy diff bundle source -o json").output.utf8))
        #expect(json["changes"]?.array?.compactMap { $0["effect"]?.string } == ["unknown", "looser"])
        #expect(try await desk.mc("policy diff bundle nowhere").status == 2)
    }

    @Test(arguments: [
        "policy", "policy bundle", "policy sign bundle", "policy verify source", "policy bundle build source",
        "policy bundle rollback source --from x --expires 2100-01-01T00:00:00Z --reason r --key policy.pem",
        "policy sign source --key policy.pub", "policy check", "waiver", "waiver list waivers",
    ])
    func badUsageIsTold(arguments: String) async throws {
        let desk = try await PolicyDesk()
        let run = try await desk.mc(arguments)
        #expect(run.status == 2 && run.output.isEmpty && !run.error.isEmpty, "\(run.all)")
    }
}
