internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// A load on one event loop: everything here happens there.
final class Run {
    private let options: Options
    private let loop: any EventLoop
    private let tls: NIOSSLContext
    private let finished: EventLoopPromise<Report>
    private let requests: [(bytes: ByteBuffer, uid: Int?)]

    private var idle = Queue<Connection>()
    private var all: [ObjectIdentifier: Connection] = [:]
    /// When the requests that wait for a connection were to start.
    private var waiting = Queue<UInt64>()
    private var arrivals: Arrivals
    private var next: UInt64 = .max
    private var begin: UInt64 = 0
    private var countFrom: UInt64 = 0
    private var end: UInt64 = 0
    private var number: UInt64 = 0
    private var underway = 0
    private var left: Int
    private var hasBegun = false
    private var isOver = false
    private var report: Report

    /// How many requests may wait for a connection; what comes then is counted as not sent.
    private static let maximumWaiting = 1_000_000
    private static let marker = Array("00000000-0000-4000-8000-000000000000".utf8)

    init(_ options: Options, loop: any EventLoop, finished: EventLoopPromise<Report>) throws {
        self.options = options
        self.loop = loop
        self.finished = finished
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let ca = options.ca { configuration.trustRoots = .file(ca) }
        if let certificate = options.clientCertificate, let key = options.clientKey {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
        }
        configuration.applicationProtocols = ["http/1.1"]
        tls = try NIOSSLContext(configuration: configuration)
        requests = options.bodies.map { body in
            var bytes = ByteBuffer(
                string: "POST \(options.path) HTTP/1.1\r\nHost: \(options.host):\(options.port)\r\n"
                    + "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n")
            let start = bytes.writerIndex
            bytes.writeBytes(body)
            let offset = body.firstRange(of: Self.marker)?.lowerBound
            return (bytes, offset.map { start + $0 })
        }
        left = options.count ?? .max
        arrivals = Arrivals(options.arrivals, rate: max(options.rate, 1), start: 0, seed: 1)
        report = Report(options: options)
    }

    private var now: UInt64 { NIODeadline.now().uptimeNanoseconds }

    /// Opens the connections; the load begins when all are open, or some are after ten seconds.
    func start() {
        for _ in 0..<options.connections { connect() }
        loop.assumeIsolated().scheduleTask(in: .seconds(10)) { self.commence() }
    }

    private func connect() {
        guard !isOver else { return }
        let bound = NIOLoopBound(self, eventLoop: loop)
        let host = options.host
        let tls = tls
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        ClientBootstrap(group: loop)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .connectTimeout(.seconds(10))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let secure = try NIOSSLClientHandler(context: tls, serverHostname: isAddress ? nil : host)
                    try channel.pipeline.syncOperations.addHandlers([secure, Connection(bound.value)])
                }
            }
            .connect(host: host, port: options.port)
            .assumeIsolated()
            .whenFailure { _ in
                self.report.add(error: "connect")
                self.reconnect()
            }
    }

    private func reconnect() {
        loop.assumeIsolated().scheduleTask(in: .milliseconds(100)) { self.connect() }
    }

    func opened(_ connection: Connection) {
        all[ObjectIdentifier(connection)] = connection
        idle.append(connection)
        if !hasBegun, all.count == options.connections { commence() }
        if hasBegun { dispatch() }
    }

    func closed(_ connection: Connection, _ reason: String?) {
        let wasOpen = all.removeValue(forKey: ObjectIdentifier(connection)) != nil
        if connection.intended != nil { underway -= 1 }
        if let reason { report.add(error: wasOpen ? reason : "handshake: \(reason)") }
        reconnect()
        finishIfDone()
    }

    private func commence() {
        guard !hasBegun else { return }
        hasBegun = true
        guard !all.isEmpty else {
            report.add(error: "no connection")
            return finish()
        }
        begin = now
        countFrom = begin + UInt64(options.warmup * 1e9)
        end = countFrom + UInt64(options.seconds * 1e9)
        if options.rate > 0 {
            arrivals = Arrivals(options.arrivals, rate: options.rate, start: begin, seed: 1)
            next = arrivals.next()
            tick()
        } else {
            dispatch()
        }
        sweep()
    }

    /// Takes in what is to start by now.
    private func tick() {
        let now = now
        while next <= now, next < end, left > 0 {
            left -= 1
            if waiting.count < Self.maximumWaiting { waiting.append(next) } else { report.add(error: "not sent") }
            next = arrivals.next()
        }
        dispatch()
        guard next < end, left > 0 else { return finishIfDone() }
        loop.assumeIsolated().scheduleTask(deadline: .uptimeNanoseconds(next)) { self.tick() }
    }

    private func dispatch() {
        while true {
            let now = now
            let intended: UInt64
            if options.rate > 0 {
                guard waiting.count > 0, let connection = takeIdle() else { return }
                intended = waiting.popFirst() ?? now
                send(on: connection, intended: intended, now: now)
            } else {
                guard now < end, left > 0, let connection = takeIdle() else { return }
                left -= 1
                send(on: connection, intended: now, now: now)
            }
        }
    }

    private func takeIdle() -> Connection? {
        while let connection = idle.popFirst() {
            if all[ObjectIdentifier(connection)] === connection { return connection }
        }
        return nil
    }

    private func send(on connection: Connection, intended: UInt64, now: UInt64) {
        let request = requests[Int(number % UInt64(requests.count))]
        var bytes = request.bytes
        number += 1
        if let offset = request.uid {
            let digits = String(number, radix: 16)
            bytes.setString(digits, at: offset + 36 - digits.utf8.count)
        }
        underway += 1
        connection.send(bytes, intended: intended, now: now)
    }

    func answered(_ connection: Connection, _ answer: AnswerReader.Answer, intended: UInt64) {
        underway -= 1
        let now = now
        if intended >= countFrom {
            report.add(answer, latency: now - intended, at: now)
        }
        if !answer.closes { idle.append(connection) }
        dispatch()
        finishIfDone()
    }

    /// Gives up what takes too long.
    private func sweep() {
        guard !isOver else { return }
        let now = now
        let limit = UInt64(options.timeout * 1e9)
        for connection in all.values where connection.intended != nil && now > connection.sent + limit {
            connection.close("timeout")
        }
        finishIfDone()
        loop.assumeIsolated().scheduleTask(in: .milliseconds(250)) { self.sweep() }
    }

    private func finishIfDone() {
        guard hasBegun, !isOver else { return }
        let isSent = left == 0 || (options.rate > 0 ? next >= end : now >= end)
        let isPatient = now < end + UInt64(options.timeout * 1e9)
        guard isSent, underway == 0 && waiting.count == 0 || !isPatient else { return }
        for _ in 0..<underway + waiting.count { report.add(error: "unanswered") }
        finish()
    }

    private func finish() {
        isOver = true
        report.finish(countedFrom: countFrom, end: end, at: now)
        for connection in all.values { connection.close("over") }
        finished.succeed(report)
    }
}
