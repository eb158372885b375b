internal import Core
internal import GRDB

extension SQLiteSchema {
    // Contents of bills stand in one row a bill, and by package, which is what is asked for; `package_version` follows from
    // the packages' keys and so cites nothing. Of the bills of an image one is current.
    @Sendable static func contentsAndPlaces(_ database: Database) throws {
        // A column's check cannot be changed: the table is made anew (SQLite, "ALTER TABLE", other kinds of changes).
        try database.execute(
            sql: """
                CREATE TABLE new_source(
                    id INTEGER PRIMARY KEY,
                    kind TEXT NOT NULL CHECK(length(kind) BETWEEN 1 AND 40),
                    digest TEXT NOT NULL,
                    about TEXT NOT NULL,
                    signed INTEGER NOT NULL CHECK(signed IN (0, 1)),
                    seen INTEGER NOT NULL,
                    seen_ns INTEGER NOT NULL,
                    document TEXT NOT NULL,
                    UNIQUE(digest, kind, about)
                ) STRICT;
                INSERT INTO new_source(id, kind, digest, about, signed, seen, seen_ns, document)
                    SELECT id, kind, digest, about, signed, seen, seen_ns, document FROM source;
                DROP TABLE source;
                ALTER TABLE new_source RENAME TO source;
                CREATE TABLE bill(
                    node INTEGER PRIMARY KEY REFERENCES node(id),
                    packages INTEGER NOT NULL,
                    dependencies INTEGER NOT NULL,
                    contents BLOB NOT NULL
                ) STRICT;
                CREATE TABLE containment(
                    package INTEGER NOT NULL REFERENCES node(id),
                    bill INTEGER NOT NULL REFERENCES bill(node),
                    direct INTEGER NOT NULL CHECK(direct IN (0, 1)),
                    PRIMARY KEY(package, bill)
                ) WITHOUT ROWID, STRICT;
                CREATE TABLE package_version(
                    name INTEGER NOT NULL REFERENCES node(id),
                    package INTEGER NOT NULL REFERENCES node(id),
                    PRIMARY KEY(name, package)
                ) WITHOUT ROWID, STRICT;
                CREATE INDEX package_version_package ON package_version(package, name);
                CREATE TABLE commit_sha(
                    sha TEXT NOT NULL,
                    node INTEGER NOT NULL REFERENCES node(id),
                    PRIMARY KEY(sha, node)
                ) WITHOUT ROWID, STRICT;
                INSERT INTO commit_sha(sha, node)
                    SELECT attributes ->> 'sha', id FROM node WHERE kind = 4 AND attributes ->> 'sha' IS NOT NULL;
                CREATE TABLE image_bill(
                    image INTEGER NOT NULL REFERENCES node(id),
                    bill INTEGER NOT NULL REFERENCES bill(node),
                    source INTEGER NOT NULL REFERENCES source(id),
                    signed INTEGER NOT NULL CHECK(signed IN (0, 1)),
                    at INTEGER NOT NULL,
                    at_ns INTEGER NOT NULL,
                    current INTEGER NOT NULL CHECK(current IN (0, 1)),
                    PRIMARY KEY(image, bill, source)
                ) WITHOUT ROWID, STRICT;
                CREATE INDEX image_bill_current ON image_bill(bill, image) WHERE current = 1;
                CREATE TABLE quarantine(
                    source INTEGER NOT NULL REFERENCES source(id),
                    number INTEGER NOT NULL,
                    place TEXT NOT NULL,
                    reason TEXT NOT NULL,
                    PRIMARY KEY(source, number)
                ) WITHOUT ROWID, STRICT;
                CREATE TABLE placement(
                    deployment INTEGER NOT NULL REFERENCES node(id),
                    at INTEGER NOT NULL,
                    at_ns INTEGER NOT NULL,
                    decision INTEGER NOT NULL REFERENCES decision(source),
                    runs INTEGER NOT NULL CHECK(runs IN (0, 1)),
                    PRIMARY KEY(deployment, at, at_ns, decision)
                ) WITHOUT ROWID, STRICT;
                CREATE INDEX placement_decision ON placement(decision, deployment);
                """)
        for kind in NodeKind.allCases {
            try database.execute(
                sql: "INSERT INTO node_kind(code, name) VALUES (?, ?) ON CONFLICT DO NOTHING",
                arguments: [kind.code, kind.rawValue])
        }
        for kind in EdgeKind.allCases {
            try database.execute(
                sql: "INSERT INTO edge_kind(code, name) VALUES (?, ?) ON CONFLICT DO NOTHING",
                arguments: [kind.code, kind.rawValue])
        }
        try placeKnownDecisions(database)
    }

    /// Decisions that were recorded before places were.
    private static func placeKnownDecisions(_ database: Database) throws {
        let rows = try Row.fetchCursor(
            database,
            // Which others were handed in was not kept.
            sql: """
                SELECT s.id, s.document, d.dry_run FROM decision d JOIN source s ON s.id = d.source
                WHERE d.admission = 1 ORDER BY s.id
                """)
        var writer = SQLiteWriter(database, now: Instant(seconds: 0))
        while let row = try rows.next() {
            let document = try JSONValue(
                parsing: Array((row["document"] as String).utf8),
                limits: JSONLimits(bytes: DecisionRecord.maximumDocument.limit))
            let decision = try DecisionRecord(document, isDryRun: row["dry_run"])
            try writer.place(
                decision, source: row["id"], in: try decision.workload.map { try writer.id(of: $0) })
        }
    }
}
