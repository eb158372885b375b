internal import GRDB

/// The tables, as migrations that only ever run forward.
///
/// Published migrations are never edited: a change is a new one at the end.
struct SQLiteSchema: Sendable {
    struct Migration: Sendable {
        let name: String
        let run: @Sendable (Database) throws -> Void

        init(name: String, run: @escaping @Sendable (Database) throws -> Void) {
            self.name = name
            self.run = run
        }

        /// A migration of statements alone.
        init(name: String, sql: String) { self.init(name: name) { try $0.execute(sql: sql) } }
    }

    /// `mcLG`: what `file` and we recognise a store by (SQLite, "PRAGMA application_id").
    static let applicationID: Int64 = 0x6D63_4C47

    var migrations: [Migration]

    static let current = SQLiteSchema(migrations: [
        Migration(name: "1 first cut", run: firstCut), Migration(name: "2 contents and places", run: contentsAndPlaces),
    ])

    /// The version of a store with every migration; it is kept as `user_version`.
    var version: Int64 { Int64(migrations.count) }

    var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for (index, migration) in migrations.enumerated() {
            migrator.registerMigration(migration.name) { database in
                try migration.run(database)
                // A pragma takes no bound parameter; the number is ours.
                try database.execute(sql: "PRAGMA user_version = \(index + 1)")
            }
        }
        return migrator
    }

    // Kinds are small numbers and edges have no row ids, for graphs of tens of millions of edges. What edges share, the
    // time they were first seen and whether they are signed, stands with the source that they cite.
    @Sendable private static func firstCut(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE node_kind(code INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
                CREATE TABLE edge_kind(code INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
                CREATE TABLE node(
                    id INTEGER PRIMARY KEY,
                    kind INTEGER NOT NULL REFERENCES node_kind(code),
                    key TEXT NOT NULL CHECK(length(key) BETWEEN 1 AND 4096),
                    attributes TEXT,
                    UNIQUE(kind, key)
                ) STRICT;
                CREATE TABLE source(
                    id INTEGER PRIMARY KEY,
                    kind TEXT NOT NULL CHECK(kind IN ('evidence', 'decision', 'pull-request')),
                    digest TEXT NOT NULL,
                    about TEXT NOT NULL,
                    signed INTEGER NOT NULL CHECK(signed IN (0, 1)),
                    seen INTEGER NOT NULL,
                    seen_ns INTEGER NOT NULL,
                    document TEXT NOT NULL,
                    UNIQUE(digest, kind, about)
                ) STRICT;
                CREATE TABLE verification(
                    source INTEGER NOT NULL REFERENCES source(id),
                    trust_root TEXT NOT NULL,
                    PRIMARY KEY(source, trust_root)
                ) WITHOUT ROWID, STRICT;
                CREATE TABLE edge(
                    src INTEGER NOT NULL REFERENCES node(id),
                    kind INTEGER NOT NULL REFERENCES edge_kind(code),
                    dst INTEGER NOT NULL REFERENCES node(id),
                    source INTEGER NOT NULL REFERENCES source(id),
                    PRIMARY KEY(src, kind, dst, source)
                ) WITHOUT ROWID, STRICT;
                CREATE INDEX edge_reverse ON edge(dst, kind, src, source);
                CREATE TABLE decision(
                    source INTEGER PRIMARY KEY REFERENCES source(id),
                    at INTEGER NOT NULL,
                    at_ns INTEGER NOT NULL,
                    admission INTEGER NOT NULL CHECK(admission IN (0, 1)),
                    dry_run INTEGER NOT NULL CHECK(dry_run IN (0, 1)),
                    mode TEXT NOT NULL,
                    cluster TEXT,
                    environment TEXT,
                    tenant TEXT,
                    owner TEXT,
                    template TEXT
                ) STRICT;
                CREATE INDEX decision_template ON decision(owner, template, at, at_ns, source) WHERE admission = 1;
                CREATE TABLE decision_image(
                    image INTEGER NOT NULL REFERENCES node(id),
                    at INTEGER NOT NULL,
                    at_ns INTEGER NOT NULL,
                    decision INTEGER NOT NULL REFERENCES decision(source),
                    environment TEXT,
                    admission INTEGER NOT NULL,
                    PRIMARY KEY(image, at, at_ns, decision)
                ) WITHOUT ROWID, STRICT;
                CREATE INDEX decision_allow ON decision_image(image, environment, at, at_ns, decision)
                    WHERE admission = 1;
                """)
        for kind in NodeKind.allCases {
            try database.execute(
                sql: "INSERT INTO node_kind(code, name) VALUES (?, ?)", arguments: [kind.code, kind.rawValue])
        }
        for kind in EdgeKind.allCases {
            try database.execute(
                sql: "INSERT INTO edge_kind(code, name) VALUES (?, ?)", arguments: [kind.code, kind.rawValue])
        }
    }
}
