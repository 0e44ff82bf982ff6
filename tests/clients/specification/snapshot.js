// The contents of a server's database, as a digest of each table.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

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

/** Waits until background work of earlier requests is done, such as mails: until nothing changes for two seconds. */
export async function settled(server) {
  let was = "";
  for (let same = 0, tries = 0; same < 4 && tries < 60; tries++) {
    const is = JSON.stringify(snapshot(server));
    same = is === was ? same + 1 : 0;
    was = is;
    await setTimeout(500);
  }
}
