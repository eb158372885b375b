import Bolt
import Core
import Testing

/// A connection's order of requests and answers, without a connection.
@Suite struct MachineTests {
    typealias Machine = ConnectionMachine

    static let credentials = BoltCredentials.basic(user: "neo4j", password: "hunter2!")

    static func machine(limits: PackStreamLimits = PackStreamLimits()) -> Machine {
        Machine(Machine.Setup(credentials: credentials, agent: "mc/1", limits: limits, place: "bolt://db:7687"))
    }

    /// A machine that is logged on.
    static func ready(_ version: [UInt8] = [0, 0, 4, 5], limits: PackStreamLimits = PackStreamLimits()) -> Machine {
        var machine = machine(limits: limits)
        _ = machine.opened()
        _ = machine.received(version + Server.success(["server": "Test/1"]) + Server.success())
        return machine
    }

    static func requests(_ actions: [Machine.Action]) throws -> [BoltValue] {
        var framing = ChunkFraming(cap: Cap("bytes", 1 << 20))
        return try actions.flatMap { action in
            guard case .send(let bytes) = action else { return [BoltValue]() }
            return try framing.receive(bytes).map { try PackStreamReader.value($0) }
        }
    }

    static func events(_ actions: [Machine.Action]) -> [Machine.Event] {
        actions.compactMap { if case .tell(let event) = $0 { event } else { nil } }
    }

    static func request(_ tag: UInt8, _ fields: [BoltValue] = []) -> BoltValue {
        .structure(BoltStructure(tag: tag, fields: fields))
    }

    static let run = Machine.Command.run("RETURN 1", parameters: [:], extra: [:], batch: 10)

    static func error(_ actions: [Machine.Action]) -> BoltError? {
        switch events(actions).last {
        case .closed(let error), .failed(let error): error
        default: nil
        }
    }

    @Test(arguments: [
        ([0, 0, 4, 4] as [UInt8], true, false), ([0, 0, 0, 5], true, false), ([0, 0, 1, 5], false, false),
        ([0, 0, 2, 5], false, false), ([0, 0, 3, 5], false, true), ([0, 0, 4, 5], false, true),
    ]) func credentialsMoveFromHelloToLogon(version: [UInt8], inHello: Bool, namesAgent: Bool) throws {
        var machine = Self.machine()
        #expect(machine.opened() == [.send(Handshake.request)])
        let hello = try #require(try Self.requests(machine.received(version)).first?.structure)
        #expect(hello.tag == 0x01)
        let entries = try #require(hello.fields.first?.map)
        #expect(entries["user_agent"] == "mc/1")
        #expect((entries["credentials"] == "hunter2!") == inHello)
        #expect((entries["scheme"] == "basic") == inHello)
        #expect((entries["bolt_agent"] == ["product": "mc/1"]) == namesAgent)
        let next = machine.received(Server.success(["server": "Test/1"]))
        if inHello {
            #expect(next == [.tell(.ready)])
        } else {
            let entries: BoltValue = ["scheme": "basic", "principal": "neo4j", "credentials": "hunter2!"]
            #expect(try Self.requests(next) == [Self.request(0x6A, [entries])])
            #expect(machine.received(Server.success()) == [.tell(.ready)])
        }
        #expect(machine.isIdle)
        #expect(machine.server == "Test/1")
    }

    /// A whole conversation, cut at every byte.
    @Test func splitsChangeNothing() throws {
        let talk =
            [0, 0, 4, 5] + Server.success(["server": "Test/1"]) + [0, 0] + Server.success()
        let result =
            Server.success(["fields": ["a", "b"]]) + Server.noop + Server.record([1, "x"]) + Server.record([2, nil])
            + Server.success(["has_more": true])
        for cut in 0...(talk.count + result.count) {
            var machine = Self.machine()
            _ = machine.opened()
            var told: [Machine.Event] = []
            func feed(_ bytes: [UInt8], from start: Int) {
                let at = min(max(cut - start, 0), bytes.count)
                told += Self.events(machine.received(Array(bytes[..<at])))
                told += Self.events(machine.received(Array(bytes[at...])))
            }
            feed(talk, from: 0)
            _ = try machine.send(Self.run)
            feed(result, from: talk.count)
            #expect(
                told == [
                    .ready, .fields(["a", "b"]), .record([1, "x"], bytes: 6), .record([2, nil], bytes: 5), .batchEnded,
                ])
        }
    }

    @Test func pullsBatchByBatch() throws {
        var machine = Self.ready()
        let sent = try Self.requests(machine.send(.run("Q", parameters: ["x": 1], extra: ["db": "d"], batch: 2)))
        #expect(sent == [Self.request(0x10, ["Q", ["x": 1], ["db": "d"]]), Self.request(0x3F, [["n": 2]])])
        _ = machine.received(
            Server.success(["fields": ["a"]]) + Server.record([1]) + Server.success(["has_more": true]))
        #expect(try Self.requests(machine.send(.more(batch: 5))) == [Self.request(0x3F, [["n": 5]])])
        _ = machine.received(Server.record([2]) + Server.success(["has_more": true]))
        #expect(try Self.requests(machine.send(.discard)) == [Self.request(0x2F, [["n": -1]])])
        let end = machine.received(Server.success(["type": "r", "stats": ["nodes-created": 3], "db": "d"]))
        guard case .done(let summary) = Self.events(end).first else {
            Issue.record("no end")
            return
        }
        #expect(summary.counters.nodesCreated == 3)
        #expect(summary.type == "r")
        #expect(summary.database == "d")
        #expect(machine.isIdle)
    }

    @Test func namesTheQueryWithinATransaction() throws {
        var machine = Self.ready()
        #expect(try Self.requests(machine.send(.begin(extra: ["mode": "r"]))) == [Self.request(0x11, [["mode": "r"]])])
        _ = machine.received(Server.success())
        #expect(!machine.isIdle)
        _ = try machine.send(Self.run)
        _ = machine.received(Server.success(["fields": ["a"], "qid": 7]) + Server.success(["has_more": true]))
        #expect(try Self.requests(machine.send(.more(batch: 5))) == [Self.request(0x3F, [["n": 5, "qid": 7]])])
        _ = machine.received(Server.success())
        #expect(try Self.requests(machine.send(.commit)) == [Self.request(0x12)])
        _ = machine.received(Server.success(["bookmark": "b1"]))
        #expect(machine.isIdle)
    }

    @Test(arguments: [
        ["code": "Neo.ClientError.Statement.SyntaxError", "message": "bad"] as [String: BoltValue],
        [
            "neo4j_code": "Neo.ClientError.Statement.SyntaxError", "message": "bad", "gql_status": "42001",
            "description": "error: syntax error", "diagnostic_record": ["OPERATION": ""],
        ],
    ]) func afterAFailureItResetsItself(shape: [String: BoltValue]) throws {
        var machine = Self.ready()
        _ = try machine.send(Self.run)
        let failed = machine.received(Server.failure(shape))
        #expect(try Self.requests(failed) == [Self.request(0x0F)])
        #expect(Self.events(failed).isEmpty)
        #expect(!machine.isIdle)
        #expect(machine.received(Server.ignored).isEmpty)
        let error = try #require(Self.error(machine.received(Server.success())))
        #expect(error.code == .failure)
        #expect(error.serverCode == "Neo.ClientError.Statement.SyntaxError")
        #expect(error.message == "bad")
        #expect(error.gqlStatus == (shape["gql_status"]?.string))
        #expect(machine.isIdle)
        #expect(throws: Never.self) { try machine.send(Self.run) }
    }

    @Test func aFailureWithinATransactionEndsIt() throws {
        var machine = Self.ready()
        _ = try machine.send(.begin(extra: [:]))
        _ = machine.received(Server.success())
        _ = try machine.send(Self.run)
        _ = machine.received(Server.failure() + Server.ignored + Server.success())
        #expect(machine.isIdle)
        #expect(throws: BoltError.self) { try machine.send(.commit) }
    }

    /// RESET sent by us crosses what the server sends: records and a failure on their way are dropped.
    @Test(arguments: [
        Server.success(["fields": ["a"]]) + Server.record([1]) + Server.success(),
        Server.success(["fields": ["a"]]) + Server.record([1]) + Server.ignored,
        Server.failure() + Server.ignored, Server.ignored + Server.ignored,
    ]) func aResetDropsWhatWasUnderWay(answers: [UInt8]) throws {
        var machine = Self.ready()
        _ = try machine.send(Self.run)
        #expect(try Self.requests(machine.send(.reset)) == [Self.request(0x0F)])
        #expect(machine.received(answers).isEmpty)
        #expect(machine.received(Server.success()) == [.tell(.ready)])
        #expect(machine.isIdle)
    }

    @Test(arguments: [
        ("a record before the fields", Server.record([1])), ("something ignored without a failure", Server.ignored),
        ("a record of another length", Server.success(["fields": ["a"]]) + Server.record([1, 2])),
        ("fields twice", Server.success(["fields": ["a", "a"]])),
        ("fields that are numbers", Server.success(["fields": [1]])),
        ("an unknown message", ChunkFraming.frame([0xB1, 0x55, 0xA0])),
        ("no structure", ChunkFraming.frame([0xA0])), ("another marker", ChunkFraming.frame([0xB1, 0x71, 0xC4])),
        ("a record without a list", ChunkFraming.frame([0xB1, 0x71, 0x01])),
        ("bytes after the message", ChunkFraming.frame([0xB1, 0x70, 0xA0, 0x00])),
        ("success without a map", ChunkFraming.frame([0xB0, 0x70])),
    ]) func whatBreaksTheProtocolClosesTheConnection(what: String, bytes: [UInt8]) throws {
        var machine = Self.ready()
        _ = try machine.send(Self.run)
        let actions = machine.received(bytes)
        #expect(Self.error(actions)?.code == .malformed, "\(what)")
        #expect(actions.last == .close)
        #expect(machine.isClosed)
        #expect(machine.received(Server.success()).isEmpty)
        #expect(throws: BoltError.self) { try machine.send(Self.run) }
    }

    @Test func anAnswerNobodyAskedForClosesTheConnection() {
        for bytes in [Server.success(), Server.record([1]), Server.ignored] {
            var machine = Self.ready()
            #expect(Self.error(machine.received(bytes))?.code == .malformed)
        }
        // A server that ends says why.
        var machine = Self.ready()
        let error = Self.error(machine.received(Server.failure(["code": "Neo.X", "message": "shutting down"])))
        #expect(error?.code == .closed)
        #expect(error?.message == "shutting down")
    }

    @Test func anOversizedMessageIsRefusedByItsLength() throws {
        var machine = Self.ready(limits: PackStreamLimits(bytes: 100))
        _ = try machine.send(Self.run)
        #expect(Self.error(machine.received([0, 101]))?.code == .tooLarge)
        var fitting = Self.ready(limits: PackStreamLimits(bytes: 100))
        _ = try fitting.send(Self.run)
        #expect(Self.error(fitting.received([0, 100])) == nil)
    }

    @Test func refusedCredentialsCloseAndAreNotRepeated() {
        var machine = Self.machine()
        _ = machine.opened()
        _ = machine.received([0, 0, 4, 5] + Server.success())
        let error = Self.error(
            machine.received(
                Server.failure([
                    "code": "Neo.ClientError.Security.Unauthorized", "message": "wrong password hunter2! for neo4j",
                ])))
        #expect(error?.code == .unauthorized)
        #expect(error?.description.contains("hunter2") == false)
        #expect(error?.message == "wrong password (secret) for neo4j")
        #expect(machine.isClosed)
        #expect(!"\(Self.credentials) \(String(reflecting: machine.setup))".contains("hunter2"))
        var dumped = ""
        dump(machine, to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }

    /// What the caller is told when the connection is lost, by what was under way.
    @Test func knowsWhatALossMeans() throws {
        let lost = BoltError(.closed, "gone", at: "bolt://db:7687")
        var machine = Self.ready()
        #expect(Self.error(machine.closed(lost))?.code == .closed)
        machine = Self.ready()
        _ = try machine.send(Self.run)
        #expect(Self.error(machine.closed(lost))?.code == .unknownOutcome)
        machine = Self.ready()
        _ = try machine.send(.run("Q", parameters: [:], extra: ["mode": "r"], batch: 1))
        #expect(Self.error(machine.closed(lost))?.code == .closed)
        machine = Self.ready()
        _ = try machine.send(.begin(extra: [:]))
        _ = machine.received(Server.success())
        _ = try machine.send(Self.run)
        #expect(Self.error(machine.closed(lost))?.code == .closed)
        machine = Self.ready()
        _ = try machine.send(.begin(extra: [:]))
        _ = machine.received(Server.success())
        _ = try machine.send(.commit)
        #expect(Self.error(machine.closed(lost))?.code == .unknownOutcome)
        // The failure says more than the loss that follows it.
        machine = Self.ready()
        _ = try machine.send(Self.run)
        _ = machine.received(Server.failure(["code": "Neo.A", "message": "why"]))
        #expect(Self.error(machine.closed(lost))?.message == "why")
        #expect(machine.closed(lost).isEmpty)
    }

    @Test func refusesWishesAtTheWrongMoment() throws {
        var machine = Self.ready()
        for command: Machine.Command in [.more(batch: 1), .discard, .commit, .rollback] {
            #expect(throws: BoltError.self) { try machine.send(command) }
        }
        _ = try machine.send(Self.run)
        for command: Machine.Command in [Self.run, .begin(extra: [:]), .more(batch: 1), .commit] {
            let error = #expect(throws: BoltError.self) { try machine.send(command) }
            #expect(error?.code == .misuse)
        }
        var fresh = Self.machine()
        #expect(throws: BoltError.self) { try fresh.send(Self.run) }
        #expect(try machine.send(.goodbye).last == .close)
    }
}

/// What a server says.
enum Server {
    static let noop: [UInt8] = [0, 0]
    static let ignored = ChunkFraming.frame([0xB0, 0x7E])

    static func success(_ metadata: [String: BoltValue] = [:]) -> [UInt8] { message(0x70, .map(metadata)) }
    static func record(_ values: [BoltValue]) -> [UInt8] { message(0x71, .list(values)) }
    static func failure(
        _ metadata: [String: BoltValue] = ["code": "Neo.ClientError.Statement.SyntaxError", "message": "bad"]
    ) -> [UInt8] { message(0x7F, .map(metadata)) }

    private static func message(_ tag: UInt8, _ field: BoltValue) -> [UInt8] {
        var writer = PackStreamWriter()
        guard (try? writer.structure(tag: tag, fields: 1)) != nil, (try? writer.write(field)) != nil else { return [] }
        return ChunkFraming.frame(writer.bytes)
    }
}
