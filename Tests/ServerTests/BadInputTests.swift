import Core
import Foundation
import NIOCore
import NIOPosix
import Rehearsal
import Server
import Synchronization
import Testing

/// What an attacker, or a broken client, sends to the webhook.
@Suite("Bad input") struct BadInputTests {
    private static let good = Shop.review(of: Shop.good)

    private func serve(
        _ yard: Yard, listener: ListenerLimits = ListenerLimits(),
        _ body: @escaping @Sendable (Client, Int) async throws -> Void
    ) async throws {
        try await yard.serve(listener: listener) { (running) async throws in
            let port = try running.port("webhook")
            try await Client.with(port) { try await body($0, port) }
        }
    }

    @Test func whatCannotBeReadIsRefused() async throws {
        let yard = try await Yard()
        try await serve(yard) { (client, _) async throws in
            for text in [
                "", "{", "null", "[]", "\u{0}", "{\"kind\":\"AdmissionReview\"}", "<xml/>",
                #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v2"}"#,
                #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":null}"#,
                #"{"kind":"List","apiVersion":"v1"}"#,
                String(repeating: "[", count: 100_000),
            ] {
                let answer = try await client.post("/v1/validate", Array(text.utf8))
                #expect(answer.status == 400, "\(text.prefix(80)): \(answer.status)")
                #expect(try answer.json["error"]?.string?.isEmpty == false)
                #expect(try await client.post("/v1/mutate", Array(text.utf8)).status == 400)
            }
            // What has a UID is answered, and denied.
            var document = try #require(Self.good.object)
            document["request"] = ["uid": "6ebe49d6-642d-41a1-b498-a4140b6827b8"]
            let answer = try await client.validate(.object(document))
            #expect(try answer.status == 200 && answer.isAllowed == false)
            #expect(try await client.validate(Self.good).isAllowed == true)
        }
        #expect(try yard.decisions.count == 1 && yard.heard.count("malformed") >= 20)
    }

    @Test(arguments: ["shop", "audited"]) func anObjectThatCannotBeReadIsDeniedOnlyInEnforce(
        _ namespace: String
    ) async throws {
        let yard = try await Yard()
        try await serve(yard) { (client, _) async throws in
            var object = try #require(Shop.pod("x", namespace: namespace).object)
            object["spec"] = ["containers": "none"]
            let review = Shop.review("x", namespace: namespace, object: .object(object))
            let answer = try await client.validate(review)
            #expect(try answer.isAllowed == (namespace == "audited"))
            #expect(try answer.isAllowed == false || !answer.warnings.isEmpty)
            // The mutating webhook leaves the word to the validating one.
            let mutated = try await client.mutate(review)
            #expect(try mutated.isAllowed == true && mutated.response?["patch"] == nil)
        }
    }

    @Test func onlyReviewsBySomePathAreTaken() async throws {
        let yard = try await Yard()
        try await serve(yard) { (client, _) async throws in
            for method in ["GET", "PUT", "DELETE", "PATCH", "HEAD"] {
                #expect(try await client.get("/v1/validate", method: method).status == 405)
            }
            for path in ["/", "/v1", "/v1/validate/", "/v2/validate", "//v1/validate", "/v1/%76alidate", "/metrics"] {
                #expect(try await client.post(path, Self.good.canonical).status == 404, "\(path)")
            }
        }
    }

    @Test func tenMegabytesAreRefusedUnread() async throws {
        let yard = try await Yard()
        try await serve(yard) { (client, _) async throws in
            let big = [UInt8](repeating: UInt8(ascii: " "), count: 10 << 20)
            for inPieces in [false, true] {
                // The answer may come while the body is still being sent; a client then sees it or a closed connection.
                let answer =
                    try? await (inPieces ? client.postInPieces("/v1/validate", big) : client.post("/v1/validate", big))
                #expect(answer.map { $0.status == 413 } ?? true)
            }
            #expect(try await client.validate(Self.good).isAllowed == true)
            // A review of just the cap is read.
            let padded = Self.good.canonical
            let most = padded + [UInt8](repeating: 0x20, count: (3 << 20) - padded.count)
            #expect(try await client.post("/v1/validate", most).status == 200)
            #expect(try await client.postInPieces("/v1/validate", most).status == 200)
            let over = try? await client.postInPieces("/v1/validate", most + [0x20])
            #expect(over.map { $0.status == 413 } ?? true)
        }
        #expect(yard.heard.count("rejected too-large") == 3)
    }

    @Test func slowClientsAreCutAndOthersAnswered() async throws {
        let yard = try await Yard()
        var limits = ListenerLimits()
        limits.greeting = .milliseconds(400)
        limits.body = .milliseconds(400)
        try await serve(yard, listener: limits) { (client, port) async throws in
            let head = "POST /v1/validate HTTP/1.1\r\nHost: a\r\nContent-Length: 3145728\r\n\r\n"
            // More announced bytes than fit into memory at once, none of which comes.
            let bodies = try await (0..<30).asyncMap { _ in try await Socket(port, head + "{\"a\":") }
            let heads = try await (0..<10).asyncMap { _ in try await Socket(port, "POST /v1/val") }
            let silent = try await (0..<10).asyncMap { _ in try await Socket(port, "") }
            for _ in 0..<3 { #expect(try await client.validate(Self.good).isAllowed == true) }
            for socket in bodies + heads + silent { await socket.closed() }
            #expect(try await client.validate(Self.good).isAllowed == true)
        }
    }

    @Test func aClientThatDripsIsCutAllTheSame() async throws {
        let yard = try await Yard()
        var limits = ListenerLimits()
        limits.body = .milliseconds(400)
        try await serve(yard, listener: limits) { (_, port) async throws in
            let socket = try await Socket(
                port, "POST /v1/validate HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
            let start = ContinuousClock.now
            while !socket.isClosed, ContinuousClock.now - start < .seconds(10) {
                socket.send(" ")
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(socket.isClosed)
        }
    }

    @Test func aFloodMeetsAnAnswer() async throws {
        var limits = WebhookLimits()
        limits.requests = Cap("reviews in flight", 4)
        limits.deadline = .seconds(2)
        let yard = try await Yard(images: Shop.images(.slow(.milliseconds(300))), limits: limits)
        try await serve(yard) { (client, _) async throws in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        try await client.validate(Shop.review(of: Shop.good, name: "web-\(number)")).status
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.filter { $0 == 200 }.count >= 4)
            #expect(statuses.contains(429) && statuses.allSatisfy { $0 == 200 || $0 == 429 })
            // Room is given back.
            for _ in 0..<8 { #expect(try await client.validate(Self.good).status == 200) }
        }
        #expect(yard.heard.count("rejected too-many") > 0)
    }

    @Test func bytesInFlightAreBounded() async throws {
        var limits = WebhookLimits()
        limits.inFlight = Cap("bytes of reviews in flight", 1 << 20)
        let yard = try await Yard(limits: limits)
        var listener = ListenerLimits()
        listener.body = .seconds(120)
        try await serve(yard, listener: listener) { (client, port) async throws in
            // A megabyte less a little that is not complete yet.
            let head = "POST /v1/validate HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n"
            let much = head + String(repeating: " ", count: (1 << 20) - 10)
            var hog = try await Socket(port, much)
            var answer = try await client.validate(Self.good)
            // Without optimisation a megabyte takes its time to be read.
            for turn in 1...500 where answer.status != 429 {
                try await Task.sleep(for: .milliseconds(20))
                // When a good request came amid its last bytes, the hog was turned away in that one's place.
                if turn.isMultiple(of: 50) {
                    hog.close()
                    hog = try await Socket(port, much)
                }
                answer = try await client.validate(Self.good)
            }
            #expect(answer.status == 429 && answer.headers["connection"] == "close")
            hog.close()
            for _ in 0..<50 where answer.status != 200 {
                try await Task.sleep(for: .milliseconds(20))
                answer = try await client.validate(Self.good)
            }
            #expect(answer.status == 200)
        }
    }

    @Test func twoRequestsInOneConnectionAreTwoAnswers() async throws {
        let yard = try await Yard()
        try await serve(yard) { (_, port) async throws in
            let body = String(decoding: Self.good.canonical, as: UTF8.self)
            let request =
                "POST /v1/validate HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body
            let socket = try await Socket(port, request + request)
            try await socket.received { $0.components(separatedBy: "HTTP/1.1 200").count == 3 }
            socket.close()
        }
    }

    @Test(arguments: [
        "POST /v1/validate HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /v1/validate HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "POST /v1/validate HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}", "GET / HTTP/9.9\r\n\r\n",
    ])
    func whatTwoReadersCouldReadDifferentlyIsNotAnswered(_ text: String) async throws {
        let yard = try await Yard()
        var limits = ListenerLimits()
        limits.greeting = .milliseconds(500)
        limits.body = .milliseconds(500)
        try await serve(yard, listener: limits) { (client, port) async throws in
            let socket = try await Socket(port, text)
            await socket.closed()
            #expect(!socket.text.contains("HTTP/1.1 200"))
            #expect(try await client.validate(Self.good).isAllowed == true)
        }
    }

    @Test func aHeadWithoutEndIsCut() async throws {
        let yard = try await Yard()
        try await serve(yard) { (client, port) async throws in
            let socket = try await Socket(
                port, "POST /v1/validate HTTP/1.1\r\nX: " + String(repeating: "a", count: 200_000))
            await socket.closed()
            #expect(!socket.text.contains("HTTP/1.1 200"))
            #expect(try await client.validate(Self.good).isAllowed == true)
        }
    }
}

extension Sequence where Element: Sendable {
    func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
