// Documents whose results are compared with those of graphql-js: `[reason, document, variables]`. All of them run.
import { getIntrospectionQuery } from "graphql";

const ofType = (name, selection) => `{__type(name:"${name}"){${selection}}}`;
const names = ["Query", "Mutation", "Subscription", "User", "Node", "UserError", "LoginResult", "LogoutResult", "RegisterInput", "ErrorCode", "ViolationRule", "DateTime", "Int", "Float", "String", "Boolean", "ID", "SessionConnection", "TokenClaims", "__Schema", "__Type", "__Field", "__InputValue", "__EnumValue", "__TypeKind", "Nothing", "", "user"];
const type = "kind name ofType{kind name ofType{kind name ofType{kind name ofType{kind name}}}}";

export const introspection = [
  ["the whole schema", getIntrospectionQuery({ schemaDescription: true, directiveIsRepeatable: true, inputValueDeprecation: true, specifiedByUrl: true })],
  ["the whole schema with one-of", getIntrospectionQuery({ oneOf: true })],
  ["the whole schema without descriptions", getIntrospectionQuery({ descriptions: false })],
  ["the interfaces of an interface", ofType("Node", "interfaces{name}")],
  ["what does not apply is null", ofType("Node", "kind name enumValues{name} inputFields{name} ofType{name} specifiedByURL isOneOf")],
  ["the roots", "{__schema{queryType{name} mutationType{name} subscriptionType{name} __typename description}}"],
  ["the types in another order of keys", "{__schema{types{kind description name fields{type{name} name}}}}"],
  ["types of arguments", `{__schema{types{name fields{name args{name defaultValue type{${type}}}}}}}`],
  ["types of input fields", `{__schema{types{name inputFields{name description defaultValue isDeprecated deprecationReason type{${type}}}}}}`],
  ["deprecated ones on request", "{__schema{types{name enumValues(includeDeprecated:true){name isDeprecated deprecationReason} fields(includeDeprecated:true){name isDeprecated deprecationReason args(includeDeprecated:true){name}}}}}"],
  ["deprecated ones by a variable", "query($d:Boolean){__schema{types{name enumValues(includeDeprecated:$d){name}}}}", {}],
  ["a type by a variable", 'query($n:String!){__type(name:$n){name kind}}', { n: "User" }],
  ["the fields of a type under other names", ofType("User", "a:name b:kind c:fields{d:name e:type{f:name g:ofType{h:name}}}")],
  ["fragments in the introspection", "{__schema{types{...T}}} fragment T on __Type{name ...{kind} fields{...F}} fragment F on __Field{name __typename}"],
  ["skipped parts of the introspection", "query($a:Boolean!,$b:Boolean!){__type(name:\"User\"){name @skip(if:$a) kind @include(if:$b) __typename fields @skip(if:$b){name}}}", { a: true, b: false }],
  ["names of the introspection's types", ofType("User", "__typename fields{__typename args{__typename} type{__typename}}")],
  ["directives", "{__schema{directives{name isRepeatable args{name}}}}"],
  ...names.flatMap((name) => [
    [`the type ${JSON.stringify(name)}`, ofType(name, `kind name specifiedByURL isOneOf ${type.slice("kind name ".length)}`)],
    [`the members of the type ${JSON.stringify(name)}`, ofType(name, `interfaces{name kind} possibleTypes{name kind} enumValues{name description} fields{name description args{name} type{${type}}} inputFields{name type{${type}}}`)],
  ]),
];

export const execution = [
  ["everything of a bad token", '{verifyToken(token:"not a token"){valid message reason claims{sub sid jti iss aud iat exp emailVerified} user{id username}}}'],
  ["the same in another order", '{verifyToken(token:"not a token"){user{id} claims{sub} reason message valid}}'],
  ["aliases", '{a:verifyToken(token:"x"){b:valid c:valid reason d:reason} verifyToken(token:"y"){__typename}}'],
  ["merged fields keep the place of the first", '{verifyToken(token:"x"){valid} __typename verifyToken(token:"x"){reason valid message}}'],
  ["merged fields by fragments", '{...F __typename ...G verifyToken(token:"x"){claims{sub}}} fragment G on Query{verifyToken(token:"x"){reason}} fragment F on Query{verifyToken(token:"x"){message ...V}} fragment V on TokenVerification{valid reason}'],
  ["a fragment that is used twice", '{verifyToken(token:"x"){...V reason ...V}} fragment V on TokenVerification{valid}'],
  ["skip and include together", "query($t:Boolean!,$f:Boolean!){a:__typename @skip(if:$t)@include(if:$t) b:__typename @skip(if:$t)@include(if:$f) c:__typename @skip(if:$f)@include(if:$t) d:__typename @skip(if:$f)@include(if:$f)}", { t: true, f: false }],
  ["defaults of variables in directives", "query($t:Boolean=true,$f:Boolean=false,$g:Boolean!=true){a:verifyToken(token:\"x\")@skip(if:$t){valid} b:verifyToken(token:\"x\")@include(if:$f){valid} c:profile @skip(if:$g){id} ...F @skip(if:$t) __typename} fragment F on Query{profile{id}}"],
  ["defaults of variables in directives that others override", "query($t:Boolean=true,$f:Boolean=false){a:verifyToken(token:\"x\")@skip(if:$t){valid} b:profile @include(if:$f){id}}", { t: false, f: true }],
  ["skipped fragments", 'query($t:Boolean!){...F @skip(if:$t) ... @include(if:$t){b:__typename} ... on Query @skip(if:$t){c:__typename}} fragment F on Query{a:__typename}', { t: true }],
  ["a field that is skipped once and not the other time", '{a:__typename @skip(if:true) b:__typename a:__typename}'],
  ["everything is skipped", "{__typename @skip(if:true)}"],
  ["everything of an object is skipped", '{verifyToken(token:"x"){valid @skip(if:true)}}'],
  ["everything of nothing is skipped", '{verifyToken(token:"x"){user{id @skip(if:true)} claims{sub @include(if:false)}}}'],
  ["without a token", "{profile{id} sessions{nodes{id}} node(id:1){id} __typename}"],
  ["without a token, under other names", "{a:profile{id} b:sessions{nodes{id}} c:profile{id}}"],
  ["a mutation without a token", "mutation{logout{__typename} a:revokeOtherSessions{__typename} requestEmailVerification{__typename}}"],
  ["a failure of a mutation", 'mutation{verifyEmail(input:{token:"x"}){__typename ... on UserError{message code} ... on TicketRejected{reason code}}}'],
  ["a failure of a mutation by a fragment", 'mutation{refreshToken(input:{refreshToken:"x"}){...R ... on UserError{...E}}} fragment R on RefreshTokenResult{__typename ... on RefreshRejected{reason}} fragment E on UserError{code}'],
  ["violations", 'mutation{register(input:{password:"x",email:"x",username:"y"}){... on ValidationFailed{violations{path rule message __typename}}}}'],
  ["violations by a variable", "mutation($i:RegisterInput!){register(input:$i){__typename ... on ValidationFailed{violations{rule path}}}}", { i: { password: "x", username: null } }],
  ["a part that no type of the result has", 'mutation{verifyEmail(input:{token:"x"}){... on VerifyEmailSuccess{user{id}}}}'],
  ["first is out of range", "{sessions(first:0){nodes{id}} __typename}"],
  ["first is out of range, beside a good one", "{a:sessions(first:101){nodes{id}} b:sessions(first:100){pageInfo{hasNextPage}}}"],
  ["a cursor that is none", '{sessions(after:"x"){nodes{id}}}'],
];

/** For a signed-in user with three sessions. `own` has the ids that the server gave. */
export const signedIn = (own) => [
  ["everything of the user", "{profile{id username displayName email emailVerified createdAt updatedAt __typename}}"],
  ["the user in another order", "{profile{updatedAt a:email ...F id}} fragment F on User{username ... on Node{id}}"],
  ["another user", '{profile(userId:"01a1fde1-c0bc-7b72-8c94-579e61b3219e"){id} __typename}'],
  ["the user by id", `{profile(userId:"${own.user}"){id username}}`],
  ["the user by a variable", "query($u:ID){profile(userId:$u){id username}}", { u: own.user }],
  ["the user as a node", `{node(id:"${own.user}"){__typename id ... on User{username} ... on Session{current}}}`],
  ["a session as a node", `{node(id:"${own.session}"){id ... on User{username} ... on Session{current ... on Node{id}} ...N}} fragment N on Node{__typename}`],
  ["nothing as a node", '{node(id:"x"){id} other:node(id:1){id} __typename}'],
  ["one name for two types", `{a:node(id:"${own.user}"){...F} b:node(id:"${own.session}"){...F}} fragment F on Node{... on User{x:createdAt} ... on Session{x:expiresAt}}`],
  ["all sessions", "{sessions{nodes{id current createdAt ipAddress userAgent endedAt} edges{cursor node{id}} pageInfo{hasNextPage hasPreviousPage startCursor endCursor}}}"],
  ["pages", `{a:sessions(first:1){nodes{id} pageInfo{endCursor hasNextPage}} b:sessions(first:1,after:"${own.session}"){nodes{id} pageInfo{hasPreviousPage hasNextPage}}}`],
  ["merged pages", "{sessions(first:2){nodes{id}} sessions(first:2){nodes{current} edges{node{id}} pageInfo{hasNextPage}}}"],
  ["lists with fragments", "{sessions{nodes{...S} edges{node{...S} cursor}}} fragment S on Session{id ... on Node{__typename}}"],
  ["a skipped part of each element", "query($b:Boolean!){sessions{nodes{id @skip(if:$b) current @include(if:$b)}}}", { b: true }],
  ["an omitted variable beside others", "query($n:Int,$a:String){profile{id} sessions(first:$n,after:$a){nodes{id}}}", {}],
  ["null for first beside others", "query($n:Int){profile{id} sessions(first:$n){nodes{id}} __typename}", { n: null }],
  ["first is out of range beside others", "query($n:Int!){profile{id} sessions(first:$n){nodes{id}}}", { n: 1000 }],
  ["the same field fails twice", '{a:sessions(first:0){nodes{id}} b:sessions(after:"x"){nodes{id}} profile{id}}'],
  ["the token itself", "query($t:String!){verifyToken(token:$t){valid message reason claims{sub sid iss aud emailVerified jti iat exp} user{id email}}}", { t: own.token }],
];
