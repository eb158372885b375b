internal import CExpat
internal import Core

/// Who is told of a document's elements and texts.
protocol XMLHandler: AnyObject {
    /// - Parameter name: the namespace, a line feed and the local name, or the local name alone.
    func begin(_ name: String, _ attributes: [(name: String, value: String)], line: Int) throws
    func end(line: Int) throws
    /// A part of the text within the element that is open.
    func text(_ bytes: UnsafeBufferPointer<UInt8>)
}

/// Reads XML by expat, without document types and entities, within caps.
///
/// A document type declaration is refused where it begins, so that no entity is ever declared, expanded or fetched: no
/// "billion laughs", no external entities.
final class XMLEvents {
    private let parser: XML_Parser
    private let handler: any XMLHandler
    private let limits: BillLimits
    private var failure: (any Error)?
    private var depth = 0
    /// Where the last event began: what lies behind it and is still to end is kept by expat.
    private var lastEvent = 0

    /// The longest tag, comment or processing instruction, in bytes.
    static let longestToken = Cap("bytes of one XML tag", 1 << 20)
    static let mostAttributes = Cap("attributes of an XML element", 64)

    init(_ handler: any XMLHandler, limits: BillLimits) throws {
        guard let parser = XML_ParserCreateNS(nil, 0x0A) else {
            throw BillError(.source, "expat gave no parser", at: "the document")
        }
        self.parser = parser
        self.handler = handler
        self.limits = limits
    }

    deinit { XML_ParserFree(parser) }

    /// Reads the whole document, to its last byte.
    func read(_ source: any ByteSource) throws {
        var source = source
        // The parser does not outlive this call, and this object holds out until its end.
        XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        setHandlers()
        var fed = 0
        while true {
            let piece = try source.read(atMost: 64 << 10)
            fed += piece.count
            let status = piece.withUnsafeBytes { bytes in
                XML_Parse(
                    parser, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), CInt(bytes.count),
                    piece.isEmpty ? 1 : 0)
            }
            if let failure { throw failure }
            guard status == XML_STATUS_OK else { throw syntax() }
            if piece.isEmpty { break }
            // Expat keeps a tag until it is whole.
            if fed - lastEvent > Self.longestToken.limit { throw tooLarge(Self.longestToken, fed - lastEvent) }
        }
        try withExtendedLifetime(self) { if let failure { throw failure } }
    }

    private func setHandlers() {
        XML_SetElementHandler(
            parser,
            { context, name, attributes in XMLEvents.of(context)?.begin(name, attributes) },
            { context, _ in XMLEvents.of(context)?.end() })
        XML_SetCharacterDataHandler(parser) { context, start, count in
            XMLEvents.of(context)?.text(start, count)
        }
        XML_SetCommentHandler(parser) { context, _ in XMLEvents.of(context)?.note() }
        XML_SetProcessingInstructionHandler(parser) { context, _, _ in XMLEvents.of(context)?.note() }
        XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in
            XMLEvents.of(context)?.refuse("a document type declaration")
        }
        XML_SetEntityDeclHandler(parser) { context, _, _, _, _, _, _, _, _ in
            XMLEvents.of(context)?.refuse("an entity declaration")
        }
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> XMLEvents? {
        context.map { Unmanaged<XMLEvents>.fromOpaque($0).takeUnretainedValue() }
    }

    private var line: Int { Int(XML_GetCurrentLineNumber(parser)) }
    private var place: String { "line \(line), column \(Int(XML_GetCurrentColumnNumber(parser)) + 1)" }

    private func note() { lastEvent = Int(XML_GetCurrentByteIndex(parser)) }

    private func begin(_ name: UnsafePointer<CChar>?, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?) {
        note()
        depth += 1
        perform {
            if depth > limits.depth.limit { throw tooLarge(limits.depth, depth) }
            var found: [(name: String, value: String)] = []
            var index = 0
            while let attributes, let name = attributes[index], let value = attributes[index + 1] {
                if found.count >= Self.mostAttributes.limit { throw tooLarge(Self.mostAttributes, found.count + 1) }
                found.append((String(cString: name), String(cString: value)))
                index += 2
            }
            try handler.begin(name.map { String(cString: $0) } ?? "", found, line: line)
        }
    }

    private func end() {
        note()
        depth -= 1
        perform { try handler.end(line: line) }
    }

    private func text(_ start: UnsafePointer<CChar>?, _ count: CInt) {
        note()
        guard failure == nil, let start else { return }
        start.withMemoryRebound(to: UInt8.self, capacity: Int(count)) { bytes in
            handler.text(UnsafeBufferPointer(start: bytes, count: Int(count)))
        }
    }

    private func refuse(_ what: String) {
        perform { throw BillError(.forbidden, "\(what) is refused; a bill of materials needs none", at: place) }
    }

    /// Does something that may fail; the first failure stops the parser.
    private func perform(_ body: () throws -> Void) {
        guard failure == nil else { return }
        do {
            try body()
        } catch {
            failure = error
            XML_StopParser(parser, 0)
        }
    }

    private func syntax() -> BillError {
        let reason = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "unknown error"
        return BillError(.syntax, reason, at: place)
    }

    private func tooLarge(_ cap: Cap, _ seen: Int) -> BillError {
        BillError(.tooLarge, "\(CapExceeded(cap: cap, seen: seen))", at: place)
    }
}
