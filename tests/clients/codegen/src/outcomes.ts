// Every member of every union has its line: one that is added does not compile until it has one, too.
import type {
  ChangePasswordMutation, ConfirmEmailChangeMutation, LoginMutation, RefreshTokenMutation, RegisterMutation,
  RequestEmailChangeMutation, RequestEmailVerificationMutation, RequestPasswordResetMutation, ResetPasswordMutation,
  UpdateProfileMutation, VerifyEmailMutation,
} from "./gql/graphql.js";

const never = (member: never): never => {
  throw new Error(`a member that the types do not know: ${JSON.stringify(member)}`);
};

const list = (violations: { path: string[]; message: string }[]) =>
  violations.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");

export const registered = ({ register }: RegisterMutation): string => {
  switch (register.__typename) {
    case "RegisterSuccess": return register.tokens.accessToken;
    case "RegistrationPending": return `a mail to ${register.email}`;
    case "RegistrationClosed": return register.message;
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
    case "EmailNotVerified": return login.message;
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
    case "TooManyAttempts": return `again in ${updateProfile.retryAfterSeconds} s`;
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

export const mailedToVerify = ({ requestEmailVerification }: RequestEmailVerificationMutation): string => {
  switch (requestEmailVerification?.__typename) {
    case "RequestEmailVerificationSuccess": return `a mail to ${requestEmailVerification.email}`;
    case "NoEmailAddress": return requestEmailVerification.message;
    case "EmailAlreadyVerified": return requestEmailVerification.message;
    case "TooManyAttempts": return `again in ${requestEmailVerification.retryAfterSeconds} s`;
    case undefined: return "the reason stands among the errors";
    default: return never(requestEmailVerification);
  }
};

export const verified = ({ verifyEmail }: VerifyEmailMutation): string => {
  switch (verifyEmail.__typename) {
    case "VerifyEmailSuccess": return `${verifyEmail.user.email} is verified: ${verifyEmail.user.emailVerified}`;
    case "TicketRejected": return `${verifyEmail.reason}: ${verifyEmail.message}`;
    case "InvalidCredentials": return verifyEmail.message;
    case "EmailTaken": return verifyEmail.message;
    case "TooManyAttempts": return `again in ${verifyEmail.retryAfterSeconds} s`;
    case "ServerBusy": return `again in ${verifyEmail.retryAfterSeconds} s`;
    default: return never(verifyEmail);
  }
};

export const mailedToReset = ({ requestPasswordReset }: RequestPasswordResetMutation): string => {
  switch (requestPasswordReset.__typename) {
    case "RequestPasswordResetSuccess": return `a mail to ${requestPasswordReset.email}`;
    case "ValidationFailed": return list(requestPasswordReset.violations);
    case "TooManyAttempts": return `again in ${requestPasswordReset.retryAfterSeconds} s`;
    default: return never(requestPasswordReset);
  }
};

export const reset = ({ resetPassword }: ResetPasswordMutation): string => {
  switch (resetPassword.__typename) {
    case "ResetPasswordSuccess": return `${resetPassword.endedSessions} sessions ended`;
    case "ValidationFailed": return list(resetPassword.violations);
    case "TicketRejected": return `${resetPassword.reason}: ${resetPassword.message}`;
    case "ServerBusy": return `again in ${resetPassword.retryAfterSeconds} s`;
    default: return never(resetPassword);
  }
};

export const mailedToChange = ({ requestEmailChange }: RequestEmailChangeMutation): string => {
  switch (requestEmailChange?.__typename) {
    case "RequestEmailChangeSuccess": return `a mail to ${requestEmailChange.email}`;
    case "ValidationFailed": return list(requestEmailChange.violations);
    case "InvalidCredentials": return requestEmailChange.message;
    case "TooManyAttempts": return `again in ${requestEmailChange.retryAfterSeconds} s`;
    case "ServerBusy": return `again in ${requestEmailChange.retryAfterSeconds} s`;
    case undefined: return "the reason stands among the errors";
    default: return never(requestEmailChange);
  }
};

export const emailChanged = ({ confirmEmailChange }: ConfirmEmailChangeMutation): string => {
  switch (confirmEmailChange?.__typename) {
    case "ConfirmEmailChangeSuccess": return confirmEmailChange.user.email ?? "";
    case "TicketRejected": return `${confirmEmailChange.reason}: ${confirmEmailChange.message}`;
    case "EmailTaken": return confirmEmailChange.message;
    case "TooManyAttempts": return `again in ${confirmEmailChange.retryAfterSeconds} s`;
    case undefined: return "the reason stands among the errors";
    default: return never(confirmEmailChange);
  }
};
