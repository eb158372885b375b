internal import Core
internal import FoundationEssentials
internal import GRDB

extension SQLiteReader {
    /// What is in an image; `nil` when no bill of materials about it is known.
    func contents(of image: Digest) throws -> ImageContents? {
        guard let node = try id(of: .image(image)) else { return nil }
        let rows = try Row.fetchAll(
            database.cachedStatement(sql: SQLiteQuery.bills), arguments: [node, Self.bounded(limits.evidence)])
        guard let current = rows.first(where: { $0["current"] as Bool }) else { return nil }
        let bytes: Data? = try Data.fetchOne(
            database.cachedStatement(sql: "SELECT contents FROM bill WHERE node = ?"),
            arguments: [current["bill"] as Int64])
        guard let bytes else {
            throw LineageError(.corrupt, "the bill of materials of \(image) has no contents; restore a backup")
        }
        let contents = try BillContents(Array(bytes))
        let packages = try named(contents)
        let parts = try Row.fetchAll(
            database.cachedStatement(sql: SQLiteQuery.quarantined), arguments: [current["source"] as Int64])
        return ImageContents(
            image: image, bill: try bill(current), packages: packages,
            superseded: try rows.filter { !($0["current"] as Bool) }.map { try bill($0) },
            quarantined: parts.map { BillRecord.Quarantined(place: $0["place"], reason: $0["reason"]) })
    }

    /// What was set aside when bills were taken over, and bills that are known by name only.
    func troubles(limit: Int) throws -> [LineageTrouble] {
        let limit = Self.bounded(limit)
        let rows = try Row.fetchAll(
            database.cachedStatement(sql: SQLiteQuery.allQuarantined), arguments: [0, 0, limit])
        var troubles = try rows.map { row in
            let origin = try JSONValue(parsing: row["document"] as String)["origin"]?.string
            return LineageTrouble(
                source: row["digest"], origin: origin ?? "", place: row["place"], reason: row["reason"])
        }
        let unread = try String.fetchAll(
            database.cachedStatement(sql: SQLiteQuery.billsWithoutContents),
            arguments: [NodeKind.billOfMaterials.code, limit])
        troubles += unread.map {
            LineageTrouble(
                source: $0, origin: "an attestation", place: "the document",
                reason: "its contents are not known; record the image's evidence again, or hand in the document")
        }
        return Array(troubles.prefix(limit))
    }

    private func bill(_ row: Row) throws -> ImageContents.Bill {
        let attributes = try (row["attributes"] as String?).map { try JSONValue(parsing: $0) }
        let isSigned: Bool = row["signed"]
        return ImageContents.Bill(
            digest: try digest(row["key"]), format: attributes?["format"]?.string,
            version: attributes?["version"]?.string, at: Instant(seconds: row["at"], nanoseconds: row["at_ns"]),
            attestation: isSigned ? try digest(row["digest"]) : nil)
    }

    /// The packages with their names, in the order of keys.
    private func named(_ contents: BillContents) throws -> [ImageContents.Package] {
        let key = try database.cachedStatement(sql: SQLiteQuery.packageKey)
        var found: [(key: String, name: String, place: Int)] = []
        for (place, package) in contents.packages.enumerated() {
            guard let row = try Row.fetchOne(key, arguments: [package.id]) else {
                throw LineageError(.corrupt, "a bill of materials names a package that is not there; restore a backup")
            }
            found.append((row["key"], row["name"], place))
        }
        found.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        var places = [Int](repeating: 0, count: found.count)
        for (index, item) in found.enumerated() { places[item.place] = index }
        return found.map { item in
            let package = contents.packages[item.place]
            return ImageContents.Package(
                key: item.key, name: item.name, isDirect: package.isDirect, scope: package.scope,
                needs: package.needs.map { places[$0] }.sorted())
        }
    }

    /// Which images hold something or were made by it.
    func whereabouts(of term: SearchTerm, limit: Int) throws -> Whereabouts {
        let limit = Self.bounded(limit)
        var found: [Int64: Hit] = [:]
        var order: [Int64] = []
        var isCut = false
        func note(_ image: Int64, _ through: String, _ isSigned: Bool, _ isDirect: Bool) {
            if found[image] == nil {
                guard order.count < limit else {
                    isCut = true
                    return
                }
                order.append(image)
                found[image] = Hit()
            }
            found[image]?.through.insert(through)
            if isSigned { found[image]?.isSigned = true }
            if isDirect { found[image]?.isDirect = true }
        }
        switch term {
        case .package, .packageName:
            let (packages, areCut) = try packages(term)
            isCut = areCut
            for package in packages {
                let rows = try Row.fetchCursor(
                    database.cachedStatement(sql: SQLiteQuery.imagesWithPackage),
                    arguments: [package.id, limit + 1])
                while let row = try rows.next() {
                    note(row["image"], package.key, row["signed"], row["direct"])
                }
            }
        default:
            for (node, edge) in try starts(term, limit) {
                let rows = try Row.fetchCursor(
                    database.cachedStatement(sql: SQLiteQuery.imagesOfRuns),
                    arguments: [node, edge.code, EdgeKind.built.code, limit + 1])
                var count = 0
                while let row = try rows.next() {
                    note(row["image"], row["run"], row["signed"], true)
                    count += 1
                }
                // Several runs of one image may have used up the room.
                if count > limit { isCut = true }
            }
        }
        let images = try order.map { node -> Whereabouts.Image in
            let hit = found[node] ?? Hit()
            let key = try String.fetchOne(
                database.cachedStatement(sql: "SELECT key FROM node WHERE id = ?"), arguments: [node])
            let running = try workloads(running: node, limit: limit)
            if running.isCut { isCut = true }
            return Whereabouts.Image(
                digest: key ?? "", through: hit.through.sorted(), isSigned: hit.isSigned, isDirect: hit.isDirect,
                workloads: running.workloads)
        }
        return Whereabouts(
            images: images.sorted {
                ($0.workloads.isEmpty ? 1 : 0, $0.digest) < ($1.workloads.isEmpty ? 1 : 0, $1.digest)
            }, isCut: isCut)
    }

    private struct Hit {
        var through: Set<String> = []
        var isSigned = false
        var isDirect = false
    }

    private typealias Packages = (found: [(id: Int64, key: String)], isCut: Bool)

    private func packages(_ term: SearchTerm) throws -> Packages {
        switch term {
        case .package(let text):
            guard let purl = try? Purl(text) else {
                let key = NodeKey(.package, text)
                return (try id(of: key).map { [($0, key.text)] } ?? [], false)
            }
            // Who asks for a version means it on every architecture and distribution, unless they say which.
            let versions = try self.versions(of: purl.withoutVersion.description)
            return (versions.found.filter { purl.covers($0.key) }, versions.isCut)
        case .packageName(let text): return try versions(of: text)
        default: return ([], false)
        }
    }

    private func versions(of text: String) throws -> Packages {
        guard let name = try id(of: NodeKey(.packageName, text)) else { return ([], false) }
        let limit = WhyLimits.most.limit
        let rows = try Row.fetchAll(
            database.cachedStatement(sql: SQLiteQuery.versions), arguments: [name, limit + 1])
        return (rows.prefix(limit).map { ($0["id"], $0["key"]) }, rows.count > limit)
    }

    /// The nodes that are meant, and the edge that leads from a run to them.
    private func starts(_ term: SearchTerm, _ limit: Int) throws -> [(Int64, EdgeKind)] {
        func one(_ kind: NodeKind, _ text: String, _ edge: EdgeKind) throws -> [(Int64, EdgeKind)] {
            try id(of: NodeKey(kind, text)).map { [($0, edge)] } ?? []
        }
        switch term {
        case .package, .packageName: return []
        case .workflow(let text): return try one(.workflow, text, .of)
        case .action(let text): return try one(.action, text, .used)
        case .runner(let text): return try one(.runner, text, .ranOn)
        case .builder(let text): return try one(.builder, text, .by)
        case .artifact(let text): return try one(.artifact, text, .used)
        case .commit(let text):
            // The key begins with the repository, which the question does not name.
            return try Int64.fetchAll(
                database.cachedStatement(sql: SQLiteQuery.commits), arguments: [text, limit]
            ).map { ($0, .from) }
        }
    }
}

extension Purl {
    /// Whether another package URL is of this version, with at least the qualifiers and the subpath that this one names.
    fileprivate func covers(_ text: String) -> Bool {
        guard let other = try? Purl(text), let version, let otherVersion = other.version,
            version.isSame(as: otherVersion)
        else { return false }
        guard subpath == nil || other.subpath.map({ $0.isSame(as: subpath ?? "") }) == true else { return false }
        return qualifiers.allSatisfy { wanted in
            other.qualifiers.contains { $0.key.isSame(as: wanted.key) && $0.value.isSame(as: wanted.value) }
        }
    }
}
