// Every member of every union has its line: one that is added does not compile until it has one, too.
import type { ChangePasswordMutation, LoginMutation, RefreshTokenMutation, RegisterMutation, UpdateProfileMutation } from "./gql/graphql.js";

const never = (member: never): never => {
  throw new Error(`a member that the types do not know: ${JSON.stringify(member)}`);
};

const list = (violations: { path: string[]; message: string }[]) =>
  violations.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");

export const registered = ({ register }: RegisterMutation): string => {
  switch (register.__typename) {
    case "RegisterSuccess": return register.tokens.accessToken;
    case "ValidationFailed": return list(register.violations);
    case "EmailTaken": return register.message;
    case "UsernameTaken": return register.message;
    case "TooManyAttempts": return `again in ${register.retryAfterSeconds} s`;
    case "ServerBusy": return `again in ${register.retryAfterSeconds} s`;
    default: return never(register);
  }
};

export const loggedIn = ({ login }: LoginMutation): string => {
  switch (login.__typename) {
    case "LoginSuccess": return login.tokens.accessToken;
    case "InvalidCredentials": return login.message;
    case "TooManyAttempts": return `again in ${login.retryAfterSeconds} s`;
    case "ServerBusy": return `again in ${login.retryAfterSeconds} s`;
    default: return never(login);
  }
};

export const refreshed = ({ refreshToken }: RefreshTokenMutation): string => {
  switch (refreshToken.__typename) {
    case "RefreshTokenSuccess": return refreshToken.tokens.accessToken;
    case "RefreshRejected": return `${refreshToken.reason}: ${refreshToken.message}`;
    case "TooManyAttempts": return `again in ${refreshToken.retryAfterSeconds} s`;
    default: return never(refreshToken);
  }
};

export const updated = ({ updateProfile }: UpdateProfileMutation): string => {
  switch (updateProfile?.__typename) {
    case "UpdateProfileSuccess": return updateProfile.user.displayName ?? "";
    case "ValidationFailed": return list(updateProfile.violations);
    case "UsernameTaken": return updateProfile.message;
    case undefined: return "the reason stands among the errors";
    default: return never(updateProfile);
  }
};

export const changed = ({ changePassword }: ChangePasswordMutation): string => {
  switch (changePassword?.__typename) {
    case "ChangePasswordSuccess": return `${changePassword.endedSessions} sessions ended`;
    case "ValidationFailed": return list(changePassword.violations);
    case "InvalidCredentials": return changePassword.message;
    case "TooManyAttempts": return `again in ${changePassword.retryAfterSeconds} s`;
    case "ServerBusy": return `again in ${changePassword.retryAfterSeconds} s`;
    case undefined: return "the reason stands among the errors";
    default: return never(changePassword);
  }
};
