// The operations of a Relay application, compiled and typed by the schema.
import { commitMutation, fetchQuery, getFragment, getSingularSelector, graphql } from "relay-runtime";
import type { Environment, GraphQLTaggedNode, MutationParameters } from "relay-runtime";
import type { accounts_card$data, accounts_card$key } from "./__generated__/accounts_card.graphql";
import type { accountsLoginMutation } from "./__generated__/accountsLoginMutation.graphql";
import type { accountsProfileQuery } from "./__generated__/accountsProfileQuery.graphql";
import refetch, { type accountsRefetchQuery } from "./__generated__/accountsRefetchQuery.graphql";
import type { accountsRegisterMutation } from "./__generated__/accountsRegisterMutation.graphql";
import type { accountsUpdateProfileMutation } from "./__generated__/accountsUpdateProfileMutation.graphql";

const commit = <Mutation extends MutationParameters>(environment: Environment, mutation: GraphQLTaggedNode) =>
  (variables: Mutation["variables"]) =>
    new Promise<Mutation["response"]>((onCompleted, onError) => {
      commitMutation<Mutation>(environment, { mutation, variables, onCompleted: (response) => onCompleted(response), onError });
    });

const card = graphql`
  fragment accounts_card on User @refetchable(queryName: "accountsRefetchQuery") {
    id
    email
    displayName
    createdAt
  }
`;

export const accounts = (environment: Environment) => ({
  register: commit<accountsRegisterMutation>(environment, graphql`
    mutation accountsRegisterMutation($input: RegisterInput!) {
      register(input: $input) {
        __typename
        ... on RegisterSuccess { user { id } }
        ... on UserError { code message }
        ... on ValidationFailed { violations { path rule } }
      }
    }
  `),

  login: commit<accountsLoginMutation>(environment, graphql`
    mutation accountsLoginMutation($input: LoginInput!) {
      login(input: $input) {
        __typename
        ... on LoginSuccess { tokens { accessToken } }
        ... on UserError { code message }
      }
    }
  `),

  updateProfile: commit<accountsUpdateProfileMutation>(environment, graphql`
    mutation accountsUpdateProfileMutation($input: UpdateProfileInput!) {
      updateProfile(input: $input) {
        __typename
        ... on UpdateProfileSuccess { user { displayName } }
        ... on UserError { code message }
      }
    }
  `),

  /** The profile, or the error. */
  profile: () => fetchQuery<accountsProfileQuery>(environment, graphql`
    query accountsProfileQuery {
      profile @catch(to: RESULT) { ...accounts_card }
    }
  `, {}).toPromise(),

  /** The query that the compiler generated for the fragment. */
  refetch: (id: string) => fetchQuery<accountsRefetchQuery>(environment, refetch, { id }).toPromise(),

  /** The data of a user in the store, without a request. */
  shown: (user: accounts_card$key): accounts_card$data =>
    environment.lookup(getSingularSelector(getFragment(card), user)!).data as unknown as accounts_card$data,
});
