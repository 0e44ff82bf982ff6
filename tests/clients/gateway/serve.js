// A GraphQL server on a free port, with what graphql-http offers.
import { createServer } from "node:http";
import { createHandler } from "graphql-http/lib/use/http";

export async function serve(options) {
  const server = createServer(createHandler(options));
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));

  const stop = () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    return closed;
  };
  return { endpoint: `http://127.0.0.1:${server.address().port}/graphql`, stop };
}
