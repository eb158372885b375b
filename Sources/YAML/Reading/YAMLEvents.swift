internal import CYaml

/// The events of libyaml over one buffer.
///
/// Yams' own `compose` is not used: it recurses once a level, shares the nodes of aliases (so that hashing them takes
/// exponential time), and drops what must be refused, such as `!!str` before a text. libyaml itself keeps its state on
/// the heap.
struct YAMLEvents: ~Copyable {
    enum Kind {
        case streamStart, streamEnd, documentStart(hasDirectives: Bool), documentEnd
        case scalar(String, isPlain: Bool)
        case sequenceStart, mappingStart, collectionEnd
        case alias
    }

    struct Event {
        let kind: Kind
        let mark: YAMLMark
        let hasAnchor: Bool
        let hasTag: Bool
    }

    struct Failure: Error {
        let message: String
        let mark: YAMLMark
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>

    /// - Parameter buffer: UTF-8; it must stay valid as long as this lives.
    init(_ buffer: UnsafeBufferPointer<UInt8>) throws(Failure) {
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        guard yaml_parser_initialize(parser) == 1 else {
            throw Failure(message: "there is no memory to read YAML with", mark: YAMLMark(line: 1, column: 1))
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deinitialize(count: 1)
        parser.deallocate()
    }

    /// The next event.
    ///
    /// - Throws: ``Failure`` when the text is not YAML.
    mutating func next() throws(Failure) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { yaml_event_delete(&event) }
        var hasAnchor = false
        var hasTag = false
        let kind: Kind
        switch event.type {
        case YAML_STREAM_START_EVENT: kind = .streamStart
        case YAML_STREAM_END_EVENT: kind = .streamEnd
        case YAML_DOCUMENT_START_EVENT:
            let start = event.data.document_start
            kind = .documentStart(
                hasDirectives: start.version_directive != nil || start.tag_directives.start != start.tag_directives.end)
        case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
        case YAML_ALIAS_EVENT: kind = .alias
        case YAML_SEQUENCE_START_EVENT:
            hasAnchor = event.data.sequence_start.anchor != nil
            hasTag = event.data.sequence_start.tag != nil
            kind = .sequenceStart
        case YAML_MAPPING_START_EVENT:
            hasAnchor = event.data.mapping_start.anchor != nil
            hasTag = event.data.mapping_start.tag != nil
            kind = .mappingStart
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: kind = .collectionEnd
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            hasAnchor = scalar.anchor != nil
            hasTag = scalar.tag != nil
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            kind = .scalar(String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
        default:
            throw Failure(message: "libyaml gave no event", mark: Self.mark(event.start_mark))
        }
        return Event(kind: kind, mark: Self.mark(event.start_mark), hasAnchor: hasAnchor, hasTag: hasTag)
    }

    private func failure() -> Failure {
        func text(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(cString: $0) } }
        var message = text(parser.pointee.problem) ?? "the text is not YAML"
        if let context = text(parser.pointee.context) { message += " (\(context))" }
        return Failure(message: message, mark: Self.mark(parser.pointee.problem_mark))
    }

    private static func mark(_ mark: yaml_mark_t) -> YAMLMark {
        YAMLMark(line: mark.line + 1, column: mark.column + 1)
    }
}
