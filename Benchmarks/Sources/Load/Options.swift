internal import Foundation

/// What the command line says.
struct Options {
    var host = ""
    var port = 443
    var path = "/"
    /// Requests a second; 0 sends the next as soon as the last is answered.
    var rate = 0.0
    var seconds = 10.0
    /// How long requests are sent before any is counted.
    var warmup = 1.0
    var connections = 64
    var bodies: [[UInt8]] = []
    var clientCertificate: String?
    var clientKey: String?
    var ca: String?
    var arrivals = Arrivals.Kind.poisson
    var timeout = 30.0
    var isJSON = false
    /// A process whose memory is reported.
    var process: Int?
    /// How many requests in all; as many as there is time for when `nil`.
    var count: Int?

    static let usage = """
        usage: load --url https://HOST:PORT/PATH [--rate N] [--count N] --body-dir DIR [--seconds N] [--warmup N]
                    [--connections N] [--arrivals poisson|constant] [--client-cert PEM --client-key PEM] [--ca PEM]
                    [--timeout N] [--pid PID] [-o json]

        Sends the files of DIR in turn over keep-alive connections. With --rate requests start when the schedule says,
        whatever becomes of earlier ones, and latency counts from then; without it each connection sends one after the
        other. A file's 00000000-0000-4000-8000-000000000000 is another in every request.

        """

    struct Wrong: Error, CustomStringConvertible {
        let description: String
    }

    init(_ arguments: [String]) throws {
        var index = 0
        func value() throws -> String {
            guard index + 1 < arguments.count else { throw Wrong(description: "\(arguments[index]) needs a value") }
            index += 1
            return arguments[index]
        }
        func number(_ range: ClosedRange<Double>) throws -> Double {
            let name = arguments[index]
            let text = try value()
            guard let number = Double(text), range.contains(number) else {
                throw Wrong(
                    description: "\(name) \(text): expected a number from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
        while index < arguments.count {
            switch arguments[index] {
            case "--url": try read(url: value())
            case "--rate": rate = try number(0...1_000_000)
            case "--seconds": seconds = try number(0.1...86_400)
            case "--warmup": warmup = try number(0...3_600)
            case "--count": count = Int(try number(1...1_000_000_000))
            case "--connections": connections = Int(try number(1...10_000))
            case "--timeout": timeout = try number(0.1...3_600)
            case "--pid": process = Int(try number(1...4_194_304))
            case "--body-dir": bodies = try Self.files(value())
            case "--client-cert": clientCertificate = try value()
            case "--client-key": clientKey = try value()
            case "--ca": ca = try value()
            case "--arrivals":
                let text = try value()
                guard let kind = Arrivals.Kind(rawValue: text) else {
                    throw Wrong(description: "--arrivals \(text): expected poisson or constant")
                }
                arrivals = kind
            case "-o":
                guard try value() == "json" else { throw Wrong(description: "-o: expected json") }
                isJSON = true
            default: throw Wrong(description: "unknown: \(arguments[index])")
            }
            index += 1
        }
        guard !host.isEmpty, !bodies.isEmpty else { throw Wrong(description: "--url and --body-dir are needed") }
        guard (clientCertificate == nil) == (clientKey == nil) else {
            throw Wrong(description: "--client-cert and --client-key go together")
        }
    }

    private mutating func read(url text: String) throws {
        guard let url = URL(string: text), url.scheme == "https", let host = url.host else {
            throw Wrong(description: "--url \(text): expected https://HOST:PORT/PATH")
        }
        self.host = host
        port = url.port ?? 443
        path = url.path.isEmpty ? "/" : url.path
        if let query = url.query { path += "?\(query)" }
    }

    private static func files(_ folder: String) throws -> [[UInt8]] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }
        guard !names.isEmpty else { throw Wrong(description: "--body-dir \(folder) holds no .json") }
        return try names.sorted().map { Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + $0))) }
    }
}
