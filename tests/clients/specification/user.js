// A user of the server with three sessions.
const everything = "user{id} session{id} tokens{accessToken refreshToken}";
const register = `mutation($i:RegisterInput!){register(input:$i){__typename ... on RegisterSuccess{${everything}}}}`;
const login = `mutation($i:LoginInput!){login(input:$i){__typename ... on LoginSuccess{${everything}}}}`;

/** Registers a user. Resolves to the credentials, and to the ids of the user and of the sessions. */
export async function registered(server, username = "ada") {
  const password = "correct horse battery";
  const email = `${username}@example.com`;
  let otherSession;
  const send = async (document, i) => Object.values((await server.post({ document, variables: { i } })).json.data)[0];
  const { user, session, tokens } = await send(register, { email, username, displayName: "Ada Lovelace", password });
  for (let more = 0; more < 2; more++) otherSession = (await send(login, { identifier: username, password })).session.id;
  return {
    user: user.id,
    session: session.id,
    otherSession,
    token: tokens.accessToken,
    refreshToken: tokens.refreshToken,
    username,
    password,
  };
}
