import TestSupport
import Testing

/// A log and its witness over real HTTP, each a process of its own.
@Suite("Log witness") struct LogWitnessTests {
    /// Runs commands while `mc log witness serve` listens at `$URL`, and ends it well.
    private static func witnessed(_ desk: LogTests.Desk, _ commands: String) async throws -> Tool.Run {
        try await desk.shell(
            """
            mc log witness serve --listen 127.0.0.1:0 --state witness --key witness.key --log-key "$KEY" 2> said &
            server=$!
            tries=0
            until port=$(sed -n 's/.*listens on port \\([0-9]*\\).*/\\1/p' said) && [ -n "$port" ]; do
                tries=$((tries + 1))
                if [ $tries = 600 ]; then cat said >&2; kill $server; exit 99; fi
                sleep 0.05
            done
            URL=http://127.0.0.1:$port
            ( \(commands)
            )
            code=$?
            kill $server
            wait $server || { echo "the witness ended with $?" >&2; cat said >&2; exit 98; }
            (exit $code)
            """)
    }

    private static let add = "mc log witness add --log log --witness $URL --key \"$WITNESS\""
    private static let verify = "mc log verify --log log --key \"$KEY\" --witness \"$WITNESS\""

    @Test func aLogThatGrowsIsCosignedAgain() async throws {
        let desk = try await LogTests.Desk()
        let before = try await desk.shell(Self.verify)
        #expect(before.status == 1 && before.output.contains("cosignatures of 0 witnesses"), "\(before.all)")
        let run = try await Self.witnessed(desk, "\(Self.add) && \(Self.verify)")
        #expect(run.status == 0, "\(run.all)")
        #expect(run.output.contains("cosigned  5 entries by witness.example"), "\(run.all)")
        #expect(run.output.contains("witnessed  the first 5 entries, by witness.example\n"), "\(run.all)")
        // Grown since, without the witness.
        let grown = try await desk.shell("mc log append --log log --key log.key < input > /dev/null; \(Self.verify)")
        #expect(grown.status == 0 && grown.output.contains("verified  10 entries"), "\(grown.all)")
        #expect(
            grown.output.contains(
                "witnessed  the first 5 entries, by witness.example; the 5 after them rest on the log's own signature"),
            "\(grown.all)")
        let json = try await desk.shell("\(Self.verify) -o json")
        #expect(json.output.contains("\"witnessed\": {"), "\(json.all)")
        // The witness remembers what it had cosigned when it is started again.
        let again = try await Self.witnessed(desk, "\(Self.add) && \(Self.verify)")
        #expect(again.status == 0 && again.output.contains("witnessed  the first 10 entries"), "\(again.all)")
        let proof = try await desk.shell(
            "mc log prove --log log --index 7 --witnessed -o 7.tlog-proof --entry-out 7.json && "
                + "mc log verify 7.tlog-proof --entry 7.json --key \"$KEY\" --witness \"$WITNESS\"")
        #expect(proof.status == 0 && proof.output.contains("1 witnesses"), "\(proof.all)")
    }

    @Test func aForkedLogIsCosignedByNobody() async throws {
        let desk = try await LogTests.Desk()
        let forked = try await Self.witnessed(
            desk,
            """
            \(Self.add) || exit 97
            mv log old; (echo other; cat input) > input2
            mc log append --log log --key log.key < input2 > /dev/null || exit 96
            \(Self.add)
            """)
        #expect(forked.status == 1 && !forked.output.contains("cosigned  6"), "\(forked.all)")
        // Neither without the witness's word nor with the word it gave for another history.
        let bare = try await desk.shell(Self.verify)
        #expect(bare.status == 1 && bare.output.contains("cosignatures of 0 witnesses"), "\(bare.all)")
        let taken = try await desk.shell("cp old/checkpoint.witnessed log/; \(Self.verify)")
        #expect(taken.status == 1 && taken.output.contains("fork: checkpoint.witnessed: "), "\(taken.all)")
        let broken = try await desk.shell(
            "echo x > old/checkpoint.witnessed; \(Self.verify.replacing("log log", with: "log old"))")
        #expect(broken.status == 1 && broken.output.contains("malformed: checkpoint.witnessed: "), "\(broken.all)")
    }

    /// The log grew between the two: the second one is asked about the checkpoint that the first one cosigned, or of the
    /// newest one, which the first one did not see.
    @Test(arguments: [("--witnessed", Int32(0)), ("", 1)])
    func aSecondWitnessCosignsWhatTheFirstDid(_ option: String, _ status: Int32) async throws {
        let desk = try await LogTests.Desk()
        let run = try await Self.witnessed(
            desk,
            """
            mc log key new --name second.example --witness -o second.key > second.pub || exit 97
            mc log witness serve --listen 127.0.0.1:0 --state second --key second.key --log-key "$KEY" 2> said2 &
            other=$!
            tries=0
            until port=$(sed -n 's/.*listens on port \\([0-9]*\\).*/\\1/p' said2) && [ -n "$port" ]; do
                tries=$((tries + 1))
                if [ $tries = 600 ]; then kill $other; exit 96; fi
                sleep 0.05
            done
            \(Self.add) && mc log append --log log --key log.key < input > /dev/null \\
                && mc log witness add --log log --witness http://127.0.0.1:$port --key second.pub \(option)
            code=$?
            kill $other
            wait $other
            [ $code = 0 ] || exit 95
            \(Self.verify) --witness second.pub
            """)
        #expect(run.status == status, "\(run.all)")
        #expect(
            run.output.contains("witnessed  the first 5 entries, by witness.example, second.example") == (status == 0))
    }

    @Test func aStrangersLogIsNotCosigned() async throws {
        let desk = try await LogTests.Desk()
        let run = try await Self.witnessed(
            desk,
            """
            mc log key new --name log.example -o other.key > /dev/null
            mc log append --log other --key other.key < input > /dev/null || exit 97
            mc log witness add --log other --witness $URL --key "$WITNESS"
            """)
        #expect(run.status != 0 && run.status < 90 && !run.output.contains("cosigned"), "\(run.all)")
    }
}
