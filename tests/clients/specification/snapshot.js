// What the database of a server holds, as a digest of each table, read beside the running server.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const digests = `
import hashlib, json, sqlite3, sys
database = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
digest = lambda table: hashlib.sha256(repr(database.execute(f'SELECT * FROM "{table}" ORDER BY rowid').fetchall()).encode()).hexdigest()
print(json.dumps({table: digest(table) for table in tables if not table.startswith("sqlite_")}))
`;

/** The digest of each table. */
export const snapshot = ({ folder }) =>
  JSON.parse(execFileSync("python3", ["-c", digests, join(folder, "latchkey.db")], { encoding: "utf8" }));
