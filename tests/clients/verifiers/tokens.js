// A user with an access token, and forged tokens made of it, also with a stolen signing key.
import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeJwt, decodeProtectedHeader, SignJWT } from "jose";

const ask = async (latchkey, query, variables, token) => {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(latchkey.endpoint, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  return Object.values(data)[0];
};

/** Registers a user. Returns the token and functions to refresh it and to log out. */
export const registered = async (latchkey, username) => {
  const document = `mutation($input: RegisterInput!) {
    register(input: $input) { ... on RegisterSuccess { user { id } session { id } tokens { accessToken refreshToken } } }
  }`;
  const user = await ask(latchkey, document, { input: { username, password: "correct horse battery" } });

  const refresh = `mutation($input: RefreshTokenInput!) {
    refreshToken(input: $input) { ... on RefreshTokenSuccess { tokens { accessToken refreshToken } } }
  }`;
  const renew = async () => {
    const input = { refreshToken: user.tokens.refreshToken };
    user.tokens = (await ask(latchkey, refresh, { input })).tokens;
    return user.tokens.accessToken;
  };
  const logOut = () => ask(latchkey, "mutation { logout { __typename } }", {}, user.tokens.accessToken);
  return { id: user.user.id, sid: user.session.id, token: user.tokens.accessToken, renew, logOut };
};

/** The verdict of Latchkey about a token. */
export const verifyToken = (latchkey, token) =>
  ask(latchkey, "query($token: String!) { verifyToken(token: $token) { valid reason } }", { token });

/** The signing key, read from the key folder of the server. */
const signingKey = ({ folder }) => {
  const [file] = readdirSync(join(folder, "latchkey-keys"));
  const { private_key } = JSON.parse(readFileSync(join(folder, "latchkey-keys", file), "utf8"));
  return createPrivateKey({ key: Buffer.from(private_key, "base64"), format: "der", type: "pkcs8" });
};

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Invalid tokens, made of a valid one. The names say what is wrong with them. */
export const bad = async (latchkey, good) => {
  const [header, claims] = [decodeProtectedHeader(good), decodeJwt(good)];
  const [first, body, signature] = good.split(".");
  const key = signingKey(latchkey);
  const types = { ed25519: ["ed25519"], ec: ["ec", { namedCurve: "P-256" }], rsa: ["rsa", { modulusLength: 2048 }] };
  const other = generateKeyPairSync(...types[key.asymmetricKeyType]);
  const published = createPublicKey(key);

  const signed = (changes, by = key, also = {}) =>
    new SignJWT({ ...claims, ...changes }).setProtectedHeader({ ...header, ...also }).sign(by);
  const asSecret = (bytes) => signed({}, Buffer.from(bytes), { alg: "HS256" });
  return {
    "a changed signature": `${first}.${body}.${signature[0] === "A" ? "B" : "A"}${signature.slice(1)}`,
    "other claims under the same signature": `${first}.${encoded({ ...claims, sub: claims.sid })}.${signature}`,
    "another key": await signed({}, other.privateKey),
    "its own key": await signed({}, other.privateKey, { jwk: other.publicKey.export({ format: "jwk" }) }),
    "unknown key id": await signed({}, other.privateKey, { kid: "unknown" }),
    "the public key as a secret, PEM": await asSecret(published.export({ format: "pem", type: "spki" })),
    "the public key as a secret, DER": await asSecret(published.export({ format: "der", type: "spki" })),
    "the public key as a secret, JWK": await asSecret(JSON.stringify(published.export({ format: "jwk" }))),
    "no algorithm": `${encoded({ ...header, alg: "none" })}.${body}.`,
    "no algorithm, and a signature": `${encoded({ ...header, alg: "none" })}.${body}.${signature}`,
    "another audience": await signed({ aud: ["another service"] }),
    "another issuer": await signed({ iss: "https://elsewhere.example" }),
    "an hour ago": await signed({ iat: claims.iat - 3600, exp: claims.exp - 3600 }),
    "another type": await signed({}, key, { typ: "JWT" }),
  };
};
