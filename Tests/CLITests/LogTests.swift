import Core
import Foundation
import TestSupport
import Testing
import TransparencyLog

/// `mc log`, from a key to a proof that somebody else verifies.
@Suite("Log") struct LogTests {
    /// A log of five entries with its keys, in a folder of its own.
    struct Desk {
        let folder: TemporaryFolder
        let key: String
        let witness: String

        init() async throws {
            folder = try TemporaryFolder()
            key = try await Self.key(folder, ["--name", "log.example", "-o", "log.key"])
            witness = try await Self.key(folder, ["--name", "witness.example", "--witness", "-o", "witness.key"])
            let input = (0..<5).map { "{\"decision\":\($0)}\n" }.joined()
            try folder.write("input", input)
            let run = try await shell("mc log append --log log --key log.key < input")
            #expect(run.status == 0, "\(run.all)")
            #expect(run.output.split(separator: "\n").map { $0.prefix(1) } == ["0", "1", "2", "3", "4"])
        }

        private static func key(_ folder: TemporaryFolder, _ arguments: [String]) async throws -> String {
            let run = try await Tool.run(["log", "key", "new"] + arguments, in: folder.path)
            #expect(run.status == 0, "\(run.all)")
            return run.output.trimmingCharacters(in: .newlines)
        }

        func shell(_ command: String) async throws -> Tool.Run {
            try await Tool.shell(command, in: folder.path, environment: ["KEY": key, "WITNESS": witness])
        }
    }

    @Test func aKeyIsForItsOwnerOnly() async throws {
        let desk = try await Desk()
        let mode = try FileManager.default.attributesOfItem(atPath: "\(desk.folder.path)/log.key")[.posixPermissions]
        #expect(mode as? Int == 0o600)
        #expect(try await desk.shell("mc log key show log.key").output == desk.key + "\n")
        // A key is never written over.
        let again = try await desk.shell("mc log key new --name log.example -o log.key")
        #expect(again.status == 2 && again.error.contains("File exists"), "\(again.all)")
        let bad = try await desk.shell("mc log key new --name 'a b' -o other.key")
        #expect(bad.status == 2 && bad.error.contains("without spaces"), "\(bad.all)")
        let wrong = try await desk.shell("mc log append --log other --key witness.key < input")
        #expect(wrong.status == 2 && !wrong.all.contains("PRIVATE"), "\(wrong.all)")
    }

    @Test func aProofVerifiesOffline() async throws {
        let desk = try await Desk()
        let made = try await desk.shell(
            "mc log prove --log log --index 3 -o 3.tlog-proof --entry-out entry && rm -r log")
        #expect(made.status == 0, "\(made.all)")
        let verify = "mc log verify 3.tlog-proof --entry entry --key \"$KEY\""
        let good = try await desk.shell(verify)
        #expect(good.status == 0 && good.output.contains("entry 3 of log.example, 5 entries"), "\(good.all)")
        let json = try JSONValue(parsing: Array(try await desk.shell("\(verify) -o json").output.utf8))
        #expect(json["verified"] == true && json["index"]?.string == "3")
        let witnessed = try await desk.shell("\(verify) --witness \"$WITNESS\"")
        #expect(witnessed.status == 1 && witnessed.output.contains("of at least 1 of 1"), "\(witnessed.all)")
        #expect(try await desk.shell("\(verify) --witness \"$WITNESS\" --threshold 0").status == 0)
        let changed = try await desk.shell("printf x >> entry; \(verify)")
        #expect(changed.status == 1 && changed.output.contains("REFUSED"), "\(changed.all)")
        let broken = try await desk.shell("printf x > 3.tlog-proof; \(verify)")
        #expect(broken.status == 2, "\(broken.all)")
        #expect(try await desk.shell("mc log verify 3.tlog-proof --key \"$KEY\"").status == 2)
        #expect(try await desk.shell("mc log verify nothing --entry entry --key \"$KEY\"").status == 2)
    }

    @Test func aWholeLogIsAudited() async throws {
        let desk = try await Desk()
        let verify = "mc log verify --log log --key \"$KEY\""
        let good = try await desk.shell("cp log/checkpoint kept; \(verify) --checkpoint kept")
        #expect(good.status == 0 && good.output.contains("verified  5 entries of log.example"), "\(good.all)")
        let more = try await desk.shell("mc log append --log log --key log.key < input; \(verify) --checkpoint kept")
        #expect(more.status == 0 && more.output.contains("verified  10 entries"), "\(more.all)")
        let consistent = try await desk.shell("mc log consistency --log log --from kept --key \"$KEY\"")
        #expect(consistent.status == 0 && consistent.error.contains("consistent  5"), "\(consistent.all)")
        #expect(try await desk.shell("mc log consistency --log log --from 3 --to 7").status == 0)
        #expect(try await desk.shell("mc log consistency --log log --from 3 --to 11").status == 2)
        let forked = try await desk.shell(
            "mv log old; (echo other; cat input) > input2; mc log append --log log --key log.key < input2; "
                + "\(verify) && \(verify) --checkpoint kept")
        #expect(forked.status == 1 && forked.output.contains("it shows two histories"), "\(forked.all)")
        #expect(try await desk.shell("mc log consistency --log log --from kept").status == 1)
        let edited = try await desk.shell(
            "mv old/tile/entries/000.p/10 x; sed s/2/3/ x > old/tile/entries/000.p/10; "
                + "mc log verify --log old --key \"$KEY\"")
        #expect(edited.status == 1 && edited.output.contains("entry 2"), "\(edited.all)")
        #expect(try await desk.shell("mc log verify --log nowhere --key \"$KEY\"").status == 2)
        #expect(try await desk.shell("mkdir empty; mc log verify --log empty --key \"$KEY\"").status == 2)
        #expect(try await desk.shell("mc log verify --log old --key nonsense").status == 2)
    }

    /// What `mc serve` refuses to start for, and sends people here with, is found here.
    @Test func aChangedJournalIsRefused() async throws {
        let desk = try await Desk()
        let verify = "mc log verify --log log --key \"$KEY\""
        #expect(try await desk.shell(verify).status == 0)
        let journal = "log/journal/00000000000000000000.journal"
        let changed = try await desk.shell(
            "cp \(journal) kept; LC_ALL=C sed -i 's/\"decision\":2/\"decision\":7/' \(journal); \(verify)")
        #expect(changed.status == 1 && changed.output.contains("REFUSED"), "\(changed.all)")
        #expect(
            changed.output.contains("malformed: journal/00000000000000000000.journal, byte 152: "), "\(changed.all)")
        let refused = try await desk.shell("mc log append --log log --key log.key < input")
        #expect(refused.status == 2 && refused.error.contains("run mc log verify on it"), "\(refused.all)")
        let json = try JSONValue(parsing: Array(try await desk.shell("\(verify) -o json").output.utf8))
        #expect(json["verified"] == false && json["findings"]?.array?.count == 1)
        // What was torn off before it was acknowledged is no finding.
        let torn = try await desk.shell("cp kept \(journal); printf mcJ1 >> \(journal); \(verify)")
        #expect(torn.status == 0 && torn.output.contains("verified  5 entries"), "\(torn.all)")
        #expect(torn.error.contains("mc: note: journal/") && torn.error.contains("not acknowledged"), "\(torn.all)")
    }

    @Test func entriesAreShown() async throws {
        let desk = try await Desk()
        let show = try await desk.shell("mc log show --log log")
        #expect(show.status == 0 && show.output.hasPrefix("log.example\n"), "\(show.all)")
        #expect(
            try await desk.shell("mc log show --log log --tail 2").output
                == "3  {\"decision\":3}\n4  {\"decision\":4}\n")
        #expect(try await desk.shell("mc log show --log log --index 0").output == "0  {\"decision\":0}\n")
        #expect(try await desk.shell("mc log show --log log --index 5").status == 2)
        let json = try await desk.shell("mc log show --log log --index 1 -o json")
        #expect(try JSONValue(parsing: Array(json.output.utf8))["entry"]?.string == "{\"decision\":1}")
    }

    /// A request made by hand, answered without a network.
    @Test func aWitnessAnswersOnStandardInput() async throws {
        let desk = try await Desk()
        let answer = "mc log witness answer --state w --key witness.key --log-key \"$KEY\""
        let first = try await desk.shell("(printf 'old 0\\n\\n'; cat log/checkpoint) | \(answer)")
        #expect(first.status == 0 && first.output.hasPrefix("\u{2014} witness.example "), "\(first.all)")
        let second = try await desk.shell("(printf 'old 0\\n\\n'; cat log/checkpoint) | \(answer)")
        #expect(second.status == 1 && second.output == "5\n" && second.error.contains("status 409"), "\(second.all)")
        let bad = try await desk.shell("echo nonsense | \(answer)")
        #expect(bad.status == 1 && bad.error.contains("status 400"), "\(bad.all)")
        // The cosignature makes the checkpoint a witnessed one.
        try desk.folder.write(
            "cosigned", try String(contentsOfFile: "\(desk.folder.path)/log/checkpoint", encoding: .utf8) + first.output
        )
        let verified = try await desk.shell(
            "cp cosigned log/checkpoint; mc log verify --log log --key \"$KEY\" --witness \"$WITNESS\"")
        #expect(verified.status == 0, "\(verified.all)")
    }
}
