import Attestation
import Core
import FuzzSupport

/// Envelopes, statements and predicates, each within the other; what is read is written and read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDSSE(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    if let envelope = try? Envelope(parsing: bytes) {
        demand(!envelope.signatures.isEmpty, "an envelope has a signature")
        demand((try? Envelope(parsing: envelope.json.canonical)) == envelope, "an envelope survives a round trip")
        // Type and payload each with its length: the encoding is the payload's and nothing after it.
        demand(envelope.preAuthenticationEncoding.suffix(envelope.payload.count).elementsEqual(envelope.payload), "PAE")
        check(statement: envelope.payload)
    }
    check(statement: bytes)
    return 0
}

/// One type for each reader.
private let predicateTypes = Dictionary(PredicateKind.known.map { ($0.kind, $0.type) }) { first, _ in first }.values

private func check(statement bytes: [UInt8]) {
    guard let statement = try? Statement(parsing: bytes) else { return }
    let written = Array(statement.json.pretty.utf8)
    demand((try? Statement(parsing: written)) == statement, "a statement survives a round trip")
    for digest in statement.subjects.flatMap(\.digests) {
        demand(statement.isAbout(digest), "a statement is about its subjects")
    }
    check(predicateOf: statement)
    // Whatever a predicate claims to be, every reader may be given it.
    for type in predicateTypes {
        check(
            predicateOf: Statement(
                version: statement.version, subjects: statement.subjects, predicateType: type,
                predicate: statement.predicate))
    }
}

private func check(predicateOf statement: Statement) {
    let strict = try? Predicate(statement)
    let lenient = try? Predicate(statement, strictness: .warnUnknown)
    guard let strict else { return }
    demand(lenient == strict, "what is accepted strictly is read alike leniently, without a warning")
}

@_cdecl("LLVMFuzzerCustomMutator")
public func mutateDSSE(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int, _ seed: UInt32) -> Int {
    JSONMutator.mutate(data, size, maximum, seed)
}
