internal import Core

extension ConnectionMachine {
    /// Takes bytes as they come.
    package mutating func received(_ bytes: [UInt8]) -> [Action] {
        guard phase != .closed, phase != .new else { return [] }
        var actions: [Action] = []
        var rest = bytes
        if case .negotiating(let before) = phase {
            let answer = before + bytes.prefix(Handshake.answerBytes - before.count)
            rest = Array(bytes.dropFirst(answer.count - before.count))
            guard answer.count == Handshake.answerBytes else {
                phase = .negotiating(answer)
                return []
            }
            do throws(BoltError) { actions += try greet(answer) } catch { return closed(error) }
        }
        do throws(PackStreamError) {
            for message in try framing.receive(rest) {
                let response = try BoltResponse(message, limits: setup.limits)
                actions += answered(response, bytes: message.count)
                if phase == .closed { break }
            }
        } catch {
            let code: BoltError.Code = error.code == .tooLarge ? .tooLarge : .malformed
            actions += closed(BoltError(code, "the server's message cannot be read: \(error)", at: setup.place))
        }
        return actions
    }

    /// HELLO, with the credentials in it before 5.1 (Bolt, "Request message HELLO").
    private mutating func greet(_ answer: [UInt8]) throws(BoltError) -> [Action] {
        let version = try Handshake.version(answer, at: setup.place)
        self.version = version
        var extra: [String: BoltValue] = ["user_agent": .string(setup.agent)]
        if version.namesAgent { extra["bolt_agent"] = ["product": .string(setup.agent)] }
        if version < BoltVersion(5, 0), version >= BoltVersion(4, 3) { extra["patch_bolt"] = ["utc"] }
        if !version.hasLogon { extra.merge(setup.credentials.entries) { $1 } }
        phase = .greeting
        expected = [.hello]
        return [.send(try encode(.hello(extra)))]
    }

    private mutating func answered(_ response: BoltResponse, bytes: Int) -> [Action] {
        guard let oldest = expected.first else { return uncalledFor(response) }
        switch response {
        case .record(let values): return record(values, bytes: bytes, for: oldest)
        case .success(let metadata):
            expected.removeFirst()
            return success(metadata, of: oldest)
        case .ignored:
            // What was sent before a RESET is either answered or ignored; nothing else is ever ignored.
            guard case .resetting = phase, oldest != .reset else { return uncalledFor(response) }
            expected.removeFirst()
            return []
        case .failure(let failure):
            expected.removeFirst()
            return failed(error(failure), at: oldest)
        }
    }

    private mutating func record(_ values: [BoltValue], bytes: Int, for oldest: Expected) -> [Action] {
        if case .resetting = phase, oldest == .pull { return [] }
        guard oldest == .pull, let fieldCount else { return uncalledFor(.record(values)) }
        guard values.count == fieldCount else {
            return closed(
                BoltError(
                    .malformed, "a record has \(values.count) values, where the result has \(fieldCount) fields",
                    at: setup.place))
        }
        return [.tell(.record(values, bytes: bytes))]
    }

    private mutating func success(_ metadata: [String: BoltValue], of answered: Expected) -> [Action] {
        if case .resetting(let failure) = phase {
            guard answered == .reset else { return [] }
            phase = .idle
            isInTransaction = false
            mayHaveWritten = false
            return [.tell(failure.map { .failed($0) } ?? .ready)]
        }
        switch answered {
        case .hello:
            server = metadata["server"]?.string.map { PrintableText.plain($0.excerpt(100)) }
            guard version?.hasLogon == true else { return loggedOn() }
            expected = [.logon]
            do throws(BoltError) { return [.send(try encode(.logon(setup.credentials.entries)))] } catch {
                return closed(error)
            }
        case .logon: return loggedOn()
        case .run:
            let list = metadata["fields"]?.list ?? []
            let fields = list.compactMap(\.string)
            guard fields.count == list.count, Set(fields).count == fields.count else {
                return closed(
                    BoltError(.malformed, "the fields of a result are not names, each once", at: setup.place))
            }
            fieldCount = fields.count
            qid = isInTransaction ? metadata["qid"]?.int : nil
            return [.tell(.fields(fields))]
        case .pull:
            if metadata["has_more"]?.bool == true {
                phase = .paused
                return [.tell(.batchEnded)]
            }
        case .begin: isInTransaction = true
        case .commit, .rollback: isInTransaction = false
        case .reset: return uncalledFor(.success(metadata))
        }
        phase = .idle
        mayHaveWritten = false
        return [.tell(.done(BoltSummary(metadata)))]
    }

    private mutating func loggedOn() -> [Action] {
        phase = .idle
        return [.tell(.ready)]
    }

    private mutating func failed(_ error: BoltError, at oldest: Expected) -> [Action] {
        switch (phase, oldest) {
        case (.greeting, _), (.resetting, .reset): return closed(error)
        // The RESET is on its way already; the first failure is the cause of any other.
        case (.resetting, _): return []
        default:
            phase = .resetting(error)
            expected.append(.reset)
            do throws(BoltError) { return [.send(try encode(.reset))] } catch { return closed(error) }
        }
    }

    private mutating func uncalledFor(_ response: BoltResponse) -> [Action] {
        if case .failure(let failure) = response { return closed(error(failure).with(.closed)) }
        let waited = expected.first.map { "the answer to \($0)" } ?? "nothing"
        return closed(
            BoltError(.malformed, "the server sent \(response.name) where \(waited) was expected", at: setup.place))
    }

    private func error(_ failure: ServerFailure) -> BoltError {
        let isAccess = failure.code.utf8.starts(with: "Neo.ClientError.Security.".utf8)
        return BoltError(
            isAccess ? .unauthorized : .failure, setup.credentials.redacted(failure.message), at: setup.place,
            serverCode: setup.credentials.redacted(failure.code), gqlStatus: failure.gqlStatus)
    }
}
