import Bolt
import Testing

@Suite struct AddressTests {
    @Test(arguments: [
        ("bolt://db", BoltAddress(host: "db", security: .plain)),
        ("bolt+s://db:17687", BoltAddress(host: "db", port: 17_687, security: .verified)),
        ("bolt+ssc://db/", BoltAddress(host: "db", security: .anyCertificate)),
        (
            "neo4j://neo4j@db.example:7687/lineage",
            BoltAddress(host: "db.example", security: .plain, user: "neo4j", database: "lineage")
        ),
        ("neo4j+s://10.0.0.1/a-b", BoltAddress(host: "10.0.0.1", security: .verified, database: "a-b")),
        ("neo4j+ssc://[::1]:99/x", BoltAddress(host: "::1", port: 99, security: .anyCertificate, database: "x")),
    ]) func reads(text: String, address: BoltAddress) throws {
        #expect(try BoltAddress(text) == address)
        #expect(BoltAddress.looksLikeOne(text))
    }

    @Test(arguments: [
        "", "db", "http://db", "bolt:/db", "bolt://", "bolt://:7687", "bolt://db:", "bolt://db:0", "bolt://db:65536",
        "bolt://db:7687x", "bolt://user:s3cretpass@db", "bolt://@db", "bolt://db?policy=eu", "bolt://db#x",
        "bolt://d b",
        "bolt://db/a/b", "bolt://db/%41", "bolt://[::1", "bolt://[db]", "bolt://[::1]7687", "BOLT://db",
        "bolt://d\u{E9}b",
        "bolt://u/ser@db", "bolt+s://s3cretpass:@db", "bolt://" + String(repeating: "a", count: 1_000),
    ]) func refuses(text: String) throws {
        let error = #expect(throws: BoltError.self) { try BoltAddress(text) }
        #expect(error?.code == .configuration)
        #expect(error?.description.contains("s3cretpass") == false)
    }

    @Test func isWrittenWithoutTheUser() throws {
        #expect(try BoltAddress("neo4j+s://alice@[::1]/x").description == "bolt+s://[::1]:7687/x")
    }

    @Test(arguments: [
        ("localhost", true), ("127.0.0.1", true), ("::1", true), ("127.evil.example", false), ("10.0.0.1", false),
        ("localhost.evil.example", false),
    ]) func knowsItsOwnMachine(host: String, isLoopback: Bool) {
        #expect(BoltAddress(host: host).isLoopback == isLoopback)
    }
}

@Suite struct ErrorTests {
    @Test(arguments: [
        ("Neo.TransientError.Transaction.DeadlockDetected", true, false),
        ("Neo.TransientError.General.DatabaseUnavailable", true, false),
        ("Neo.TransientError.Transaction.Terminated", false, false),
        ("Neo.TransientError.Transaction.LockClientStopped", false, false),
        ("Neo.ClientError.Schema.ConstraintValidationFailed", false, true),
        ("Neo.ClientError.Statement.SyntaxError", false, false), ("Neo.TransientErrorX.A", false, false),
    ]) func knowsWhatIsWorthAnotherTry(code: String, isTransient: Bool, isConstraint: Bool) {
        let error = BoltError(.failure, "m", at: "p", serverCode: code)
        #expect(error.isTransient == isTransient)
        #expect(error.isConstraintFailure == isConstraint)
        #expect(error.description == "p: \(code): m")
    }

    @Test func aServersTextForgesNoLines() {
        let error = BoltError(.failure, "a\nb", at: "p\u{202E}", serverCode: "c\r", gqlStatus: "d\n")
        #expect(error.description == #"p\u{202E}: c\u{D}: a\u{A}b"#)
        #expect(BoltError(.failure, String(repeating: "x", count: 5_000), at: "").message.utf8.count < 1_100)
    }
}
