// A supergraph of reviews and their authors, queried through Apollo's gateway in front of a running Latchkey.
import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { json } from "node:stream/consumers";
import { after, before, beforeEach, test } from "node:test";
import { printed, startLatchkey } from "../latchkey.js";
import { buildService } from "./data_source.js";
import { startGateway } from "./gateway.js";
import { sdl, startReviews } from "./reviews.js";
import { composed } from "./supergraph.js";

const password = "correct horse battery";
const text = "Well made.";
const reviews = [];

/** The requests that the gateway sent to its subgraphs. */
const sent = [];
const fetcher = (url, request) => {
  const to = url === latchkey.endpoint ? "latchkey" : "reviews";
  sent.push({ to, authorization: request.headers.authorization, ...JSON.parse(request.body) });
  return fetch(url, request);
};

let latchkey, other, gateway, ada, bob, cyd;
before(async () => {
  [latchkey, other] = await Promise.all([startLatchkey({ FEDERATION: "true", TRUSTED_PROXIES: "127.0.0.1" }), startReviews(reviews)]);
  const { supergraphSdl } = composed([
    { name: "latchkey", url: latchkey.endpoint, sdl: printed("schema", "--federation") },
    { name: "reviews", url: other.endpoint, sdl },
  ]);
  gateway = await startGateway(supergraphSdl, (service) => Object.assign(buildService(service), { fetcher }));
  ada = await registered("ada", "Ada Lovelace");
  bob = await registered("bob", null);
  cyd = await registered("cyd", "Cyd");
});
after(() => Promise.all([gateway, other, latchkey].map((server) => server?.stop())));
beforeEach(() => [reviews, sent].forEach((list) => list.splice(0)));

const ask = async (query, { token, ...variables } = {}) => {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  return (await fetch(gateway.endpoint, { method: "POST", headers, body: JSON.stringify({ query, variables }) })).json();
};
const execute = async (query, given) => {
  const { errors, data } = await ask(query, given);
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
};

const register = `mutation($input: RegisterInput!) {
  register(input: $input) {
    __typename
    ... on RegisterSuccess { user { id } tokens { accessToken } }
    ... on UsernameTaken { code }
    ... on ValidationFailed { code }
  }
}`;
const login = `mutation($input: LoginInput!) {
  login(input: $input) {
    __typename
    ... on LoginSuccess { user { username } tokens { accessToken } }
    ... on InvalidCredentials { code }
  }
}`;
const registered = async (username, displayName) => {
  const email = `${username}@example.com`;
  const { user, tokens } = (await execute(register, { input: { email, username, displayName, password } })).register;
  return { id: user.id, username, displayName, email, token: tokens.accessToken };
};
const write = (...ids) => ids.forEach((id) => reviews.push({ id: String(reviews.length), text, author: { id } }));
const named = ({ id, displayName, username }) => ({ text, author: { id, displayName, username } });

test("reviews have the names of their authors, and one request finds them all", async () => {
  for (let round = 0; round < 300; round++) write(ada.id, bob.id, cyd.id);
  const seen = (await execute("{ reviews { text author { id displayName username } } }")).reviews;
  assert.deepEqual(seen, Array(300).fill([ada, bob, cyd].map(named)).flat());

  assert.deepEqual(sent.map(({ to }) => to), ["reviews", "latchkey"]);
  assert.match(sent[1].query, /_entities/);
  assert.equal(sent[1].variables.representations.length, 900);
});

test("an unknown author does not affect other fields", async () => {
  const unknown = "01a1fde1-c0bc-7b72-8c94-579e61b3219e";
  write(unknown, ada.id, "invalid");
  const seen = (await execute("{ reviews { text author { id displayName username } } }")).reviews;
  const nameless = { displayName: null, username: null };
  assert.deepEqual(seen, [{ id: unknown, ...nameless }, ada, { id: "invalid", ...nameless }].map(named));

  // `createdAt` is not nullable, so an unknown author is null.
  const dated = (await execute("{ reviews { text author { createdAt } } }")).reviews;
  assert.deepEqual([dated[0], dated[2]], [{ text, author: null }, { text, author: null }]);
  assert.match(dated[1].author.createdAt, /^\d{4}-.*Z$/);
});

test("authors see only their own address", async () => {
  write(ada.id, bob.id);
  const addresses = async (token) =>
    (await execute("{ reviews { author { email } } }", { token })).reviews.map(({ author }) => author.email);
  assert.deepEqual(await addresses(), [null, null]);
  assert.deepEqual(await addresses("forged"), [null, null]);
  assert.deepEqual(await addresses(ada.token), [ada.email, null]);
  assert.deepEqual(await addresses(bob.token), [null, bob.email]);
});

test("the token is sent only to Latchkey", async () => {
  write(ada.id);
  await execute("{ reviews { author { email } } }", { token: ada.token });
  const received = sent.map(({ to, authorization }) => [to, authorization]);
  assert.deepEqual(received, [["reviews", undefined], ["latchkey", `Bearer ${ada.token}`]]);
});

test("a caller sees their own profile, and an anonymous one gets an error", async () => {
  const document = '{ profile { email } review(id: "0") { author { username } } }';
  const review = { author: { username: "ada" } };
  write(ada.id);
  assert.deepEqual(await execute(document, { token: ada.token }), { profile: { email: ada.email }, review });

  for (const [token, reason] of [[undefined, "MISSING"], ["forged", "INVALID"]]) {
    const { data, errors } = await ask(document, { token });
    assert.deepEqual(data, { profile: null, review });
    assert.deepEqual(errors.map(({ path }) => path), [["profile"]]);
    assert.deepEqual(errors[0].extensions, { code: "UNAUTHENTICATED", reason, serviceName: "latchkey" });
  }
});

test("sessions show the device, not the gateway", async () => {
  const query = `mutation($input: LoginInput!) {
    login(input: $input) { ... on LoginSuccess { session { ipAddress userAgent } } }
  }`;
  const headers = { "content-type": "application/json", "user-agent": "a telephone" };
  const sending = request(gateway.endpoint, { method: "POST", headers, localAddress: "127.0.0.2" });
  sending.end(JSON.stringify({ query, variables: { input: { identifier: "ada", password } } }));
  const [response] = await once(sending, "response");
  const { data } = await json(response);
  assert.deepEqual(data.login.session, { ipAddress: "127.0.0.2", userAgent: "a telephone" });
});

test("registering and logging in work, with their unions", async () => {
  const outcome = async (mutation, input) => Object.values(await execute(mutation, { input }))[0];

  const welcome = await outcome(register, { username: "grace", password });
  const taken = await outcome(register, { username: "Grace", password });
  const invalid = await outcome(register, { password: "brief" });
  assert.equal(welcome.__typename, "RegisterSuccess");
  assert.deepEqual(taken, { __typename: "UsernameTaken", code: "USERNAME_TAKEN" });
  assert.deepEqual(invalid, { __typename: "ValidationFailed", code: "VALIDATION_FAILED" });

  const back = await outcome(login, { identifier: "grace", password });
  const wrong = await outcome(login, { identifier: "grace", password: "not the password" });
  assert.deepEqual([back.__typename, back.user.username], ["LoginSuccess", "grace"]);
  assert.deepEqual(wrong, { __typename: "InvalidCredentials", code: "INVALID_CREDENTIALS" });
  const own = await execute("{ profile { username } }", { token: back.tokens.accessToken });
  assert.equal(own.profile.username, "grace");
});
