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

private func check(statement bytes: [UInt8]) {
    guard let statement = try? Statement(parsing: bytes) else { return }
    let written = statement.json.canonical
    guard let again = try? Statement(parsing: written) else { return demand(false, "a written statement can be read") }
    demand(again.subjects == statement.subjects, "subjects survive a round trip")
    demand(again.predicateType == statement.predicateType, "a predicate type survives a round trip")
    demand(again.json.canonical == written, "a statement's canonical form is stable")
    for digest in statement.subjects.flatMap(\.digests) {
        demand(statement.isAbout(digest), "a statement is about its subjects")
    }
    check(predicateOf: statement)
    // Whatever a predicate claims to be, every reader may be given it.
    for (type, _) in PredicateKind.known {
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
