internal import Core

/// Builds trees from events, level by level on a stack of its own, so that no text makes it recurse.
struct YAMLComposer {
    private struct Frame {
        let mark: YAMLMark
        let isMapping: Bool
        var items: [YAMLNode] = []
        var entries: [YAMLNode.Entry] = []
        var key: (text: String, mark: YAMLMark)?
        /// Swift compares texts by canonical equivalence, so this finds look-alikes as well as equals.
        var names: Set<String> = []
    }

    private let file: String
    private let limits: YAMLLimits
    private var stack: [Frame] = []
    private var documents: [YAMLNode] = []
    private var nodes = 0
    private var started = 0

    init(file: String, limits: YAMLLimits) {
        self.file = file
        self.limits = limits
    }

    /// The root of every document that is not empty.
    mutating func compose(_ buffer: UnsafeBufferPointer<UInt8>) throws(YAMLError) -> [YAMLNode] {
        var refused: YAMLError?
        do throws(YAMLEvents.Failure) {
            var events = try YAMLEvents(buffer)
            while refused == nil {
                let event = try events.next()
                if case .streamEnd = event.kind { return documents }
                refused = refusal(of: event) ?? take(event)
            }
        } catch {
            refused = syntax(error, in: buffer)
        }
        if let refused { throw refused }
        return documents
    }

    /// What is refused wherever it stands.
    private func refusal(of event: YAMLEvents.Event) -> YAMLError? {
        if event.hasAnchor {
            return error(
                .unsupported, "an anchor (&) is not accepted here; write the value where it is used", event.mark)
        }
        if event.hasTag {
            return error(.unsupported, "a tag (!) is not accepted here; put text in quotes instead", event.mark)
        }
        switch event.kind {
        case .alias:
            return error(
                .unsupported, "an alias (*) is not accepted here; write the value, or put text in quotes", event.mark)
        case .documentStart(hasDirectives: true):
            return error(.unsupported, "a directive (%) is not accepted here; leave it out", event.mark)
        default: return nil
        }
    }

    private mutating func take(_ event: YAMLEvents.Event) -> YAMLError? {
        switch event.kind {
        case .documentStart:
            started += 1
            if started > limits.documents.limit { return tooLarge(limits.documents, started, event.mark) }
        case .scalar(let text, let isPlain):
            return scalar(text, isPlain: isPlain, at: event.mark)
        case .sequenceStart, .mappingStart:
            if expectsKey {
                return error(.unsupported, "a key must be text, saw a list or a mapping", event.mark)
            }
            if stack.count >= limits.depth.limit { return tooLarge(limits.depth, stack.count + 1, event.mark) }
            if let error = count(event.mark) { return error }
            if case .mappingStart = event.kind {
                stack.append(Frame(mark: event.mark, isMapping: true))
            } else {
                stack.append(Frame(mark: event.mark, isMapping: false))
            }
        case .collectionEnd:
            guard let frame = stack.popLast() else { return error(.syntax, "a collection ends unopened", event.mark) }
            append(
                YAMLNode(
                    mark: frame.mark, value: frame.isMapping ? .mapping(frame.entries) : .sequence(frame.items)))
        case .streamStart, .streamEnd, .documentEnd, .alias: break
        }
        return nil
    }

    private var expectsKey: Bool { stack.last.map { $0.isMapping && $0.key == nil } ?? false }

    private mutating func scalar(_ text: String, isPlain: Bool, at mark: YAMLMark) -> YAMLError? {
        if let error = count(mark) ?? check(text, at: mark) { return error }
        if expectsKey { return key(text, isPlain: isPlain, at: mark) }
        // A document of nothing is what stands between two separators, or after the last one.
        if stack.isEmpty, isPlain, text.isEmpty { return nil }
        append(YAMLNode(mark: mark, value: isPlain ? YAMLScalar.resolve(text) : .string(text)))
        return nil
    }

    private mutating func key(_ text: String, isPlain: Bool, at mark: YAMLMark) -> YAMLError? {
        if text.utf8.count > limits.keyBytes.limit { return tooLarge(limits.keyBytes, text.utf8.count, mark) }
        if isPlain {
            if text.isSame(as: "<<") {
                return error(.unsupported, "a merge key (<<) is not accepted here; write the members out", mark)
            }
            guard case .string = YAMLScalar.resolve(text) else {
                return error(.unsupported, "a key must be text; put \(PrintableText.quote(text)) in quotes", mark)
            }
        }
        let last = stack.count - 1
        if !stack[last].names.insert(text).inserted {
            let first = stack[last].entries.first { $0.key == text }
            let line = first.map { " in line \($0.keyMark.line)" } ?? ""
            return first?.key.isSame(as: text) == false
                ? error(.duplicateKey, "the key \(PrintableText.quote(text)) looks the same as one\(line)", mark)
                : error(.duplicateKey, "the key \(PrintableText.quote(text)) stands already\(line)", mark)
        }
        stack[last].key = (text, mark)
        return nil
    }

    private mutating func append(_ node: YAMLNode) {
        guard !stack.isEmpty else { return documents.append(node) }
        let last = stack.count - 1
        guard stack[last].isMapping else { return stack[last].items.append(node) }
        guard let key = stack[last].key else { return }
        stack[last].entries.append(YAMLNode.Entry(key: key.text, keyMark: key.mark, value: node))
        stack[last].key = nil
    }

    private mutating func count(_ mark: YAMLMark) -> YAMLError? {
        nodes += 1
        return nodes > limits.nodes.limit ? tooLarge(limits.nodes, nodes, mark) : nil
    }

    /// Escapes can write what must not stand in the text itself.
    private func check(_ text: String, at mark: YAMLMark) -> YAMLError? {
        if text.utf8.allSatisfy({ $0 < 0x80 && $0 != 0 }) { return nil }
        var run = 0
        for scalar in text.unicodeScalars {
            if scalar.value == 0 { return error(.syntax, "NUL is not text, however it is written", mark) }
            run = scalar.value >= 0x300 && scalar.properties.canonicalCombiningClass != .notReordered ? run + 1 : 0
            if run > limits.combiningMarks.limit { return tooLarge(limits.combiningMarks, run, mark) }
        }
        return nil
    }

    private func syntax(_ failure: YAMLEvents.Failure, in buffer: UnsafeBufferPointer<UInt8>) -> YAMLError {
        let lines = buffer.split(separator: 0x0A, maxSplits: failure.mark.line, omittingEmptySubsequences: false)
        let line = lines.count >= failure.mark.line ? lines[failure.mark.line - 1] : buffer[0..<0]
        let indent = line.prefix { $0 == 0x20 || $0 == 0x09 }
        let hint = indent.contains(0x09) ? "; indent with spaces, not tabs" : ""
        return error(.syntax, "not YAML: \(failure.message)\(hint)", failure.mark)
    }

    private func tooLarge(_ cap: Cap, _ seen: Int, _ mark: YAMLMark) -> YAMLError {
        error(.tooLarge, "\(CapExceeded(cap: cap, seen: seen))", mark)
    }

    private func error(_ code: YAMLError.Code, _ message: String, _ mark: YAMLMark) -> YAMLError {
        var path = FieldPath.root
        for frame in stack {
            if !frame.isMapping {
                path = .element(path, frame.items.count)
            } else if let key = frame.key {
                path = .member(path, key.text)
            }
        }
        return YAMLError(code, message, file: file, mark: mark, field: path.text)
    }
}
