// Serves the page, bundled for an endpoint.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { buildSchema, isAbstractType } from "graphql";

const here = fileURLToPath(new URL(".", import.meta.url));

/** The paths of the links in mails, which have the same page. */
const PAGES = ["/verify-email", "/reset-password"];

/** The possible types of each union and interface, for Apollo's cache. */
const possibleTypes = (sdl) => {
  const schema = buildSchema(sdl);
  const abstract = Object.values(schema.getTypeMap()).filter(isAbstractType);
  return Object.fromEntries(abstract.map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]));
};

const bundle = async (endpoint) => {
  const sdl = await readFile(new URL("../../../schema.graphql", import.meta.url), "utf8");
  const define = { ENDPOINT: JSON.stringify(endpoint), POSSIBLE_TYPES: JSON.stringify(possibleTypes(sdl)) };
  const built = await esbuild.build({ absWorkingDir: here, entryPoints: ["page.js"], bundle: true, format: "esm", define, write: false });
  return built.outputFiles[0].text;
};

/** Listens on a free port; `show(endpoint)` sets the endpoint that the page uses. */
export const servePage = async () => {
  const files = { "/": ["text/html", await readFile(`${here}page.html`)] };
  const server = createServer(({ url }, response) => {
    const [type, body] = files[url] ?? (PAGES.includes(url) ? files["/"] : ["text/plain", ""]);
    response.setHeader("content-type", type).end(body);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    port: server.address().port,
    show: async (endpoint) => (files["/page.js"] = ["text/javascript", await bundle(endpoint)]),
    stop: () => new Promise((closed) => { server.close(closed); server.closeAllConnections(); }),
  };
};
