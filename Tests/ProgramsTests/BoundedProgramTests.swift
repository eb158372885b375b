import Core
import Programs
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct BoundedProgramTests {
    private static let cap = Cap("bytes of an answer", 1_000)

    private func run(
        _ script: String, input: [UInt8] = [], timeout: Duration = .seconds(20), path: String = "/bin/sh"
    ) async throws(ProgramError) -> BoundedProgram.Answer {
        try await BoundedProgram(
            path, ["-c", script], environment: ["PATH": "/usr/bin:/bin", "NAME": "a value"], input: input,
            timeout: timeout, output: Self.cap
        ).run()
    }

    @Test(arguments: [
        ("echo $NAME", "", 0, "a value\n"), ("cat", "what goes in", 0, "what goes in"), ("cat", "", 0, ""),
        ("echo out; echo err >&2; exit 3", "", 3, "out\n"), ("kill -9 $$", "", -1, ""),
        // One that ends without reading what it is given.
        ("exit 0", "nobody reads this", 0, ""),
        ("head -c 1000 /dev/zero | tr '\\0' x", "", 0, String(repeating: "x", count: 1_000)),
        // It writes, waits and writes again.
        ("printf a; sleep 0.1; printf b", "", 0, "ab"),
    ])
    func whatAProgramSaysComesBack(_ script: String, _ input: String, _ status: Int32, _ output: String) async throws {
        let answer = try await run(script, input: Array(input.utf8))
        #expect(answer.status == status)
        #expect(String(decoding: answer.output, as: UTF8.self) == output)
    }

    @Test(arguments: [
        ("sleep 60", ProgramError.Code.timeout), ("exec >&-; sleep 60", .timeout),
        ("trap '' TERM; echo secret; exec sleep 60", .timeout), ("exec yes secret", .tooLarge),
        ("head -c 1001 /dev/zero", .tooLarge),
    ])
    func whatHangsOrFloodsIsOver(_ script: String, _ code: ProgramError.Code) async throws {
        let start = ContinuousClock.now
        let error = await #expect(throws: ProgramError.self) {
            try await run(script, timeout: code == .timeout ? .milliseconds(300) : .seconds(20))
        }
        #expect(error?.code == code)
        #expect(error?.description.contains("secret") == false)
        #expect(ContinuousClock.now - start < .seconds(15))
    }

    /// A helper may start an agent that stays, and hold its output open by that.
    @Test func childrenThatStayDoNotHoldItUp() async throws {
        let start = ContinuousClock.now
        let answer = try await run("sleep 30 & echo answered")
        #expect(String(decoding: answer.output, as: UTF8.self) == "answered\n")
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test func whatCannotBeRunSaysSo() async throws {
        let missing = await #expect(throws: ProgramError.self) { try await run("", path: "/none/such") }
        #expect(missing?.code == .notStarted)
        #expect(missing?.description.hasPrefix("/none/such could not be run") == true)
        let long = await #expect(throws: ProgramError.self) {
            try await run("cat", input: [UInt8](repeating: 0x61, count: 40_000))
        }
        #expect(long?.code == .notStarted)
    }
}
