import Bolt
import Core
import Outgoing
import TestSupport
import Testing

/// What a real server answers.
@Suite(.enabled(if: ArcadeDB.isInstalled, Comment(rawValue: ArcadeDB.missing))) struct ArcadeDBTests {
    /// A client of a database of its own.
    static func client(
        _ name: String, _ change: (inout BoltOptions) -> Void = { _ in }
    ) async throws -> BoltClient {
        let server = try await ArcadeDB.shared()
        try server.createDatabase(name)
        return client(server, name, change)
    }

    private static func client(
        _ server: ArcadeDB, _ name: String, password: String = ArcadeDB.password,
        _ change: (inout BoltOptions) -> Void = { _ in }
    ) -> BoltClient {
        var options = BoltOptions()
        change(&options)
        return BoltClient(
            BoltAddress(host: "127.0.0.1", port: server.port, security: .plain, database: name),
            credentials: .basic(user: ArcadeDB.user, password: password), options: options)
    }

    @Test func greetsAndCarriesEveryKindOfValue() async throws {
        let client = try await Self.client("greets")
        #expect(try await client.check().version == BoltVersion(5, 4))
        let values: [BoltValue] = [
            nil, true, false, 0, -17, 128, .int(.max), .int(.min), 1.5, "", "Größe \u{1F600}", [], [1, "two", nil], [:],
            ["a": ["b": [1]]], .string(String(repeating: "x", count: 70_000)),
        ]
        for value in values {
            #expect(try await client.query("RETURN $x AS x", ["x": value], mode: .read) == [["x": value]])
        }
    }

    @Test func refusesWrongCredentials() async throws {
        let server = try await ArcadeDB.shared()
        let error = await #expect(throws: BoltError.self) {
            try await Self.client(server, "none", password: "hunter2!").check()
        }
        #expect(error?.code == .unauthorized)
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test func nodesRelationshipsAndPaths() async throws {
        let client = try await Self.client("graph")
        let result = try await client.run(
            "CREATE (a:A {name: 'x'})-[r:R {n: 1}]->(b:B {list: ['p', 'q'], missing: null}) RETURN a, r, b")
        #expect(result.summary.counters.nodesCreated == 2)
        #expect(result.summary.counters.relationshipsCreated == 1)
        let record = try #require(result.records.first)
        #expect(record["a"]?.node?.labels == ["A"])
        #expect(record["a"]?.node?.properties == ["name": "x"])
        #expect(record["b"]?.node?.properties["list"] == ["p", "q"])
        let relationship = try #require(record["r"]?.relationship)
        #expect(relationship.type == "R")
        #expect(relationship.properties == ["n": 1])
        #expect(relationship.startElementID == record["a"]?.node?.elementID)
        let path = try await client.query("MATCH p = (:A)-[:R]->(:B) RETURN p", mode: .read).first?["p"]
        #expect(path?.path?.walk.map(\.labels) == [["A"], ["B"]])
    }

    @Test func aBatchOfTenThousandIsMergedOnce() async throws {
        let client = try await Self.client("batch")
        try await client.query("CREATE CONSTRAINT FOR (n:Image) REQUIRE n.digest IS UNIQUE")
        let rows = BoltValue.list(
            (0..<10_000).map { ["digest": .string("sha256:\($0)"), "props": ["n": .int($0), "tags": ["a", "b"]]] })
        let merge = "UNWIND $rows AS row MERGE (n:Image {digest: row.digest}) ON CREATE SET n += row.props"
        let first = try await client.run(merge, ["rows": rows])
        #expect(first.summary.counters.nodesCreated == 10_000)
        let second = try await client.run(merge, ["rows": rows])
        #expect(second.summary.counters.nodesCreated == 0)
        let count = try await client.query("MATCH (n:Image) RETURN count(n) AS n, sum(n.n) AS s", mode: .read)
        #expect(count == [["n": 10_000, "s": 49_995_000]])
        // Streamed in batches, and left in the middle.
        let read = try await client.stream("MATCH (n:Image) RETURN n.n AS n ORDER BY n") { rows in
            var numbers: [Int64] = []
            for try await row in rows {
                if let number = row["n"]?.int { numbers.append(number) }
                if numbers.count == 2_500 { break }
            }
            return numbers
        }
        #expect(read == Array(0..<2_500))
        #expect(try await client.query("MATCH (n:Image) RETURN n.n AS n LIMIT $k", ["k": 3]).count == 3)
        let error = await #expect(throws: BoltError.self) {
            try await Self.client(ArcadeDB.shared(), "batch") { $0.records = Cap("records", 100) }
                .query("MATCH (n:Image) RETURN n")
        }
        #expect(error?.code == .tooLarge)
    }

    @Test func aTransactionHappensWhollyOrNotAtAll() async throws {
        struct Own: Error {}
        let client = try await Self.client("transactions")
        let counters = try await client.transaction { transaction in
            try await transaction.query("CREATE (:T {n: 1})")
            let seen = try await transaction.query("MATCH (t:T) RETURN count(t) AS n")
            #expect(seen == [["n": 1]])
            try await transaction.query("CREATE (:T {n: 2})")
            return transaction.counters
        }
        #expect(counters.nodesCreated == 2)
        await #expect(throws: Own.self) {
            try await client.transaction {
                try await $0.query("CREATE (:T {n: 3})")
                throw Own()
            }
        }
        await #expect(throws: BoltError.self) {
            try await client.transaction {
                try await $0.query("CREATE (:T {n: 4})")
                try await $0.query("THIS IS NOT CYPHER")
            }
        }
        #expect(try await client.query("MATCH (t:T) RETURN t.n AS n ORDER BY n") == [["n": 1], ["n": 2]])
    }

    @Test func anErrorNamesTheQueryAndLeavesTheConnectionUsable() async throws {
        let client = try await Self.client("failures") { $0.connections = 1 }
        let error = await #expect(throws: BoltError.self) { try await client.query("MATCH (n RETURN n") }
        #expect(error?.code == .failure)
        #expect(error?.serverCode == "Neo.ClientError.Statement.SyntaxError")
        #expect(error?.place.hasSuffix("/failures: MATCH (n RETURN n") == true)
        #expect(try await client.query("RETURN 1 AS x") == [["x": 1]])
    }

    @Test func aBrokenConstraintIsNamed() async throws {
        let client = try await Self.client("constraints")
        try await client.query("CREATE CONSTRAINT FOR (n:K) REQUIRE n.key IS UNIQUE")
        try await client.query("CREATE (:K {key: 'a'})")
        let error = await #expect(throws: BoltError.self) { try await client.query("CREATE (:K {key: 'a'})") }
        #expect(error?.isConstraintFailure == true, "\(error.map { $0.description } ?? "no error")")
        #expect(try await client.query("MATCH (n:K) RETURN count(n) AS n") == [["n": 1]])
    }

    /// Several writers want the same new keys: each succeeds, and each key is there once.
    @Test func writersOfOneKeySucceedByTryingAgain() async throws {
        let client = try await Self.client("writers") { $0.connections = 4 }
        try await client.query("CREATE CONSTRAINT FOR (n:K) REQUIRE n.key IS UNIQUE")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    for round in 0..<5 {
                        let rows = BoltValue.list((0..<20).map { ["key": .string("\(round)-\($0)")] })
                        try await client.transaction(retry: .merging) {
                            try await $0.query(
                                "UNWIND $rows AS row MERGE (n:K {key: row.key}) SET n.last = $writer",
                                ["rows": rows, "writer": .int(Int64(writer))])
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let found = try await client.query("MATCH (n:K) RETURN count(n) AS n, count(DISTINCT n.key) AS k")
        #expect(found == [["n": 100, "k": 100]])
    }

    @Test func theQueryOfTheContractWorksVerbatim() async throws {
        let client = try await Self.client("contract")
        try await client.query(
            """
            CREATE (i:Image {digest: 'sha256:1'})<-[:BUILT]-(r:Run {url: 'x'})-[:FROM]->(c:Commit {sha: 'abc'})
                <-[:MERGED]-(p:PR {number: 42})
            """)
        let query = """
            MATCH (i:Image {digest:$d})<-[:BUILT]-(r:Run)-[:FROM]->(c:Commit)<-[:MERGED]-(p:PR) \
            RETURN p.number as pr, c.sha as sha LIMIT 1
            """
        #expect(try await client.query(query, ["d": "sha256:1"], mode: .read) == [["pr": 42, "sha": "abc"]])
        #expect(try await client.query(query, ["d": "sha256:2"], mode: .read) == [])
    }
}
