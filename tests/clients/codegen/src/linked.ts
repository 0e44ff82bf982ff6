// For a page that the link in a mail leads to.
/** Takes the token from the link that led here, and removes it from the address bar and the history. */
export const linkedToken = (): string | null => {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token) history.replaceState(null, "", location.pathname);
  return token;
};
