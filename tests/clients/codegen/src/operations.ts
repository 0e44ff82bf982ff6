// What a frontend asks, each document typed by the schema.
import { graphql } from "./gql/index.js";

export const register = graphql(`
  mutation Register($input: RegisterInput!) {
    register(input: $input) {
      __typename
      ... on RegisterSuccess { user { id email username } tokens { accessToken accessTokenExpiresAt tokenType } session { id current } }
      ... on RegistrationPending { email }
      ... on UserError { code message }
      ... on ValidationFailed { violations { path rule message } }
      ... on TooManyAttempts { retryAfterSeconds }
      ... on ServerBusy { retryAfterSeconds }
    }
  }
`);

export const login = graphql(`
  mutation Login($input: LoginInput!) {
    login(input: $input) {
      __typename
      ... on LoginSuccess { user { id displayName } tokens { accessToken refreshToken } }
      ... on UserError { code message }
      ... on TooManyAttempts { retryAfterSeconds }
      ... on ServerBusy { retryAfterSeconds }
    }
  }
`);

export const refreshToken = graphql(`
  mutation RefreshToken($input: RefreshTokenInput!) {
    refreshToken(input: $input) {
      __typename
      ... on RefreshTokenSuccess { tokens { accessToken refreshToken } session { lastUsedAt } }
      ... on UserError { code message }
      ... on RefreshRejected { reason }
      ... on TooManyAttempts { retryAfterSeconds }
    }
  }
`);

export const verifyToken = graphql(`
  query VerifyToken($token: String!) {
    verifyToken(token: $token) { valid message reason claims { sub sid exp } user { id } }
  }
`);

export const sessions = graphql(`
  query Sessions($first: Int!, $after: String) {
    sessions(first: $first, after: $after) {
      nodes { id current createdAt lastUsedAt userAgent ipAddress }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const revokeSession = graphql(`
  mutation RevokeSession($input: RevokeSessionInput!) {
    revokeSession(input: $input) {
      __typename
      ... on RevokeSessionSuccess { session { id } }
      ... on UserError { code message }
    }
  }
`);

export const sessionEnded = graphql(`
  subscription SessionEnded {
    sessionEnded { id current endedAt }
  }
`);

export const profile = graphql(`
  query Profile($userId: ID) {
    profile(userId: $userId) { __typename id email username displayName createdAt updatedAt }
  }
`);

export const updateProfile = graphql(`
  mutation UpdateProfile($input: UpdateProfileInput!) {
    updateProfile(input: $input) {
      __typename
      ... on UpdateProfileSuccess { user { __typename id displayName username } }
      ... on UserError { code message }
      ... on TooManyAttempts { retryAfterSeconds }
      ... on ValidationFailed { violations { path rule message } }
    }
  }
`);

export const changePassword = graphql(`
  mutation ChangePassword($input: ChangePasswordInput!) {
    changePassword(input: $input) {
      __typename
      ... on ChangePasswordSuccess { endedSessions }
      ... on UserError { code message }
      ... on ValidationFailed { violations { path rule message } }
      ... on TooManyAttempts { retryAfterSeconds }
      ... on ServerBusy { retryAfterSeconds }
    }
  }
`);

export const requestEmailVerification = graphql(`
  mutation RequestEmailVerification {
    requestEmailVerification {
      __typename
      ... on RequestEmailVerificationSuccess { email }
      ... on UserError { code message }
      ... on TooManyAttempts { retryAfterSeconds }
    }
  }
`);

export const verifyEmail = graphql(`
  mutation VerifyEmail($input: VerifyEmailInput!) {
    verifyEmail(input: $input) {
      __typename
      ... on VerifyEmailSuccess { user { id email emailVerified } }
      ... on UserError { code message }
      ... on TicketRejected { reason }
      ... on TooManyAttempts { retryAfterSeconds }
      ... on ServerBusy { retryAfterSeconds }
    }
  }
`);

export const requestPasswordReset = graphql(`
  mutation RequestPasswordReset($input: RequestPasswordResetInput!) {
    requestPasswordReset(input: $input) {
      __typename
      ... on RequestPasswordResetSuccess { email }
      ... on UserError { code message }
      ... on ValidationFailed { violations { path rule message } }
      ... on TooManyAttempts { retryAfterSeconds }
    }
  }
`);

export const resetPassword = graphql(`
  mutation ResetPassword($input: ResetPasswordInput!) {
    resetPassword(input: $input) {
      __typename
      ... on ResetPasswordSuccess { endedSessions }
      ... on UserError { code message }
      ... on ValidationFailed { violations { path rule message } }
      ... on TicketRejected { reason }
      ... on ServerBusy { retryAfterSeconds }
    }
  }
`);

export const requestEmailChange = graphql(`
  mutation RequestEmailChange($input: RequestEmailChangeInput!) {
    requestEmailChange(input: $input) {
      __typename
      ... on RequestEmailChangeSuccess { email }
      ... on UserError { code message }
      ... on ValidationFailed { violations { path rule message } }
      ... on TooManyAttempts { retryAfterSeconds }
      ... on ServerBusy { retryAfterSeconds }
    }
  }
`);

export const confirmEmailChange = graphql(`
  mutation ConfirmEmailChange($input: ConfirmEmailChangeInput!) {
    confirmEmailChange(input: $input) {
      __typename
      ... on ConfirmEmailChangeSuccess { user { id email emailVerified } }
      ... on UserError { code message }
      ... on TooManyAttempts { retryAfterSeconds }
      ... on TicketRejected { reason }
    }
  }
`);
